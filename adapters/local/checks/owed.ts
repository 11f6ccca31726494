import { readChecks } from '../forge/protection.ts';
import { readPulls, readStatuses } from '../forge/records.ts';
import type { ForgeRepository } from '../forge/repository.ts';
import type { ChecksFile } from '../forge/schema.ts';

/** A context of the base branch that has no result yet for the head of an open pull request. */
export type Owed = { repository: ForgeRepository; branch: string; sha: string; check: ChecksFile['contexts'][number] };

/** The head of an open pull request. */
export type Head = { repository: ForgeRepository; number: number; branch: string; base: string; sha: string };

/** Every open pull request whose branch exists, with its present tip: one git process for all of them. */
export async function readHeads(repository: ForgeRepository): Promise<Head[]> {
  const open = (await readPulls(repository)).filter(({ state }) => state === 'open');
  if (open.length === 0) return [];
  const { git, gitDir } = repository;
  const { text } = await git(['for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads/'], { gitDir });
  const tips = new Map(
    text()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  return open.flatMap(({ number, branch, base }) => {
    const sha = tips.get(branch);
    return sha === undefined ? [] : [{ repository, number, branch, base, sha }];
  });
}

/** What still has to be run for this head. A pending one counts: whose run that is, claiming it tells. */
export async function readOwed({ repository, branch, base, sha }: Head): Promise<Owed[]> {
  const statuses = await readStatuses(repository, sha);
  const { contexts } = await readChecks(repository, `refs/heads/${base}`);
  return contexts
    .filter(({ name }) => (statuses.find(({ context }) => context === name)?.state ?? 'pending') === 'pending')
    .map((check) => ({ repository, branch, sha, check }));
}
