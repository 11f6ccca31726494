import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PullRequest } from '../../../activities/ports.ts';
import { PortError } from '../../../activities/ports.ts';
import { contains } from '../../git/commits.ts';
import { mergeTrees } from '../../git/sync.ts';
import { readBase, readTip, readTips } from './protection.ts';
import { readPull, readPulls, writePull } from './records.ts';
import type { ForgeRepository } from './repository.ts';
import type { PullRecord } from './schema.ts';

/** The pull request as it stands now. A deleted branch closes it; a base that has taken its work has merged it. */
export async function present(repository: ForgeRepository, record: PullRecord): Promise<PullRequest> {
  const { number, branch, base } = record;
  const tips = await readTips(repository, [branch, base]);
  const tip = tips.get(branch);
  const baseTip = tips.get(base) ?? (await readBase(repository, base));
  const [state, mergeable] = await Promise.all([
    stateOf(repository, record, tip, baseTip),
    tip !== undefined && record.state === 'open' ? mergeability(repository, tip, baseTip) : ('unknown' as const),
  ]);
  const head = record.state === 'open' ? (tip ?? record.head) : record.head;
  const url = pathToFileURL(join(repository.folder, 'pulls', `${number}.json`)).href;
  return { number, branch, base, state, head, mergeable: state === 'open' ? mergeable : 'unknown', url };
}

/** The one with this marker, or a new one. Only while the repository is locked. */
export async function findOrOpen(
  repository: ForgeRepository,
  open: Pick<PullRecord, 'branch' | 'base' | 'title' | 'body' | 'marker'>,
  at: number,
): Promise<{ record: PullRecord; opened: boolean }> {
  const pulls = await readPulls(repository);
  const found = pulls.find(({ marker }) => marker === open.marker);
  if (found) return { record: found, opened: false };
  const openedOn = await readBase(repository, open.base);
  const head = await readTip(repository, open.branch);
  if (head === undefined) {
    const message = `${repository.gitDir} has no branch ${open.branch} to open a pull request for. Push it first.`;
    throw new PortError('LocalForge.BranchMissing', message, 'config');
  }
  const { branch, base, title, body, marker } = open;
  const number = (pulls.at(-1)?.number ?? 0) + 1;
  const record = { number, marker, branch, base, title, body, state: 'open' as const, head, openedOn, openedAt: at };
  await writePull(repository, record);
  return { record, opened: true };
}

/** The pull request with that number; throws `LocalForge.NoPullRequest`. */
export async function pullOf(repository: ForgeRepository, number: number): Promise<PullRecord> {
  const record = await readPull(repository, number);
  if (record) return record;
  const message = `${repository.name} has no pull request ${number}. Was its file in ${repository.folder} removed?`;
  throw new PortError('LocalForge.NoPullRequest', message, 'config');
}

async function stateOf(
  repository: ForgeRepository,
  record: PullRecord,
  tip: string | undefined,
  base: string,
): Promise<PullRequest['state']> {
  if (record.state !== 'open') return record.state;
  const head = tip ?? record.head;
  const taken = (await contains(repository, base, head)) && !(await contains(repository, record.openedOn, head));
  if (taken) return 'merged';
  return tip === undefined ? 'closed' : 'open';
}

async function mergeability(repository: ForgeRepository, head: string, base: string): Promise<'yes' | 'no'> {
  const merged = await mergeTrees(repository, head, base, { objects: [head, base] });
  return merged.kind === 'merged' ? 'yes' : 'no';
}
