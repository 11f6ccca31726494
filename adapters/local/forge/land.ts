import type { LandResult } from '../../../activities/ports.ts';
import { PortError } from '../../../activities/ports.ts';
import { contains } from '../../git/commits.ts';
import { branchRef, checkedSha } from '../../git/names.ts';
import { readBase, readTip } from './protection.ts';
import { pullOf } from './pull-request.ts';
import { writePull } from './records.ts';
import type { ForgeRepository } from './repository.ts';
import type { PullRecord } from './schema.ts';

type Land = { number: number; base: string; from: string; sha: string };

/**
 * Moves the base from `from` to `sha`, the head of the pull request, or not at all. Only while the repository is
 * locked; pushes do not take that lock, so git compares the base once more as it moves it.
 * Throws `LocalForge.NotFastForward` when `sha` does not descend from `from`, `LocalForge.OtherBase`.
 */
export async function landPull(
  repository: ForgeRepository,
  { number, base, from, sha }: Land,
  at: number,
): Promise<LandResult> {
  [from, sha].forEach(checkedSha);
  const record = await pullOf(repository, number);
  if (record.base !== base) throw otherBase(repository, record, base);
  const tip = await readBase(repository, base);
  if (await contained(repository, tip, sha)) {
    await markMerged(repository, record, sha, at);
    return { kind: 'landed' };
  }
  const head = await readTip(repository, record.branch);
  if (record.state !== 'open' || head === undefined) return { kind: 'closed' };
  if (head !== sha) return { kind: 'head-moved', head };
  if (tip !== from) return { kind: 'moved', base: tip };
  if (!(await contains(repository, sha, from))) throw notFastForward(repository, base, sha);
  const moved = await moveBase(repository, base, from, sha);
  if (moved.kind === 'landed') await markMerged(repository, record, sha, at);
  return moved;
}

async function moveBase(repository: ForgeRepository, base: string, from: string, sha: string): Promise<LandResult> {
  const { git, gitDir } = repository;
  const update = ['update-ref', '-m', 'pull request landed', branchRef(base), sha, from];
  const { exitCode, stderr } = await git(update, { gitDir, answers: [1, 128] });
  if (exitCode === 0) return { kind: 'landed' };
  const tip = await readBase(repository, base);
  if (tip !== from) return { kind: 'moved', base: tip };
  throw new PortError('LocalForge.Locked', `Cannot move ${base} of ${gitDir}: ${stderr.trim()}. It is tried again.`);
}

async function markMerged(repository: ForgeRepository, record: PullRecord, sha: string, at: number): Promise<void> {
  if (record.state !== 'merged') await writePull(repository, { ...record, state: 'merged', head: sha, endedAt: at });
}

/** A commit that was never pushed is in no branch. */
async function contained(repository: ForgeRepository, tip: string, sha: string): Promise<boolean> {
  const { git, gitDir } = repository;
  const { exitCode } = await git(['cat-file', '-e', `${sha}^{commit}`], { gitDir, answers: [1, 128] });
  return exitCode === 0 && contains(repository, tip, sha);
}

function notFastForward({ gitDir }: ForgeRepository, base: string, sha: string): PortError {
  const message = `${sha} does not descend from ${base} of ${gitDir}, which only moves forward. Merge the base into it.`;
  return new PortError('LocalForge.NotFastForward', message, 'config');
}

function otherBase({ name }: ForgeRepository, record: PullRecord, base: string): PortError {
  const message = `Pull request ${record.number} of ${name} is for ${record.base} and cannot land on ${base}.`;
  return new PortError('LocalForge.OtherBase', message, 'config');
}
