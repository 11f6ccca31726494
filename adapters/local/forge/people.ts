import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CommitStatus, Review } from '../../../activities/ports.ts';
import { PortError } from '../../../activities/ports.ts';
import { CONVEYOR, writeCommit } from '../../git/commits.ts';
import { createGit } from '../../git/git.ts';
import { branchRef, checkedSha } from '../../git/names.ts';
import { writeTree } from '../../git/write-tree.ts';
import type { LocalForgeOptions } from './forge.ts';
import { readTip } from './protection.ts';
import { pullOf } from './pull-request.ts';
import { addReview, putStatus, writePull } from './records.ts';
import type { ForgeRepository } from './repository.ts';
import { existing, locate, locked } from './repository.ts';

/** What people and their tools do at the local forge; pushing is plain git on `<root>/<repo>.git`. */
export type ForgePeople = {
  /** A repository whose first commit on `base` is the folder's content. One that exists stays as it is. */
  createRepository(create: { repo: string; from: string; base: string }): Promise<{ path: string; head: string }>;
  closePullRequest(repo: string, number: number): Promise<void>;
  /** A review of the branch's present tip, in a person's name. */
  review(
    repo: string,
    number: number,
    review: { reviewer: string; verdict: Review['verdict']; body?: string; findings?: Review['findings'] },
  ): Promise<void>;
  /** What an outside check says about a commit. */
  setStatus(repo: string, sha: string, status: Pick<CommitStatus, 'context' | 'state' | 'description'>): Promise<void>;
};

/** The same folder as `createLocalForge` has, from the other side. */
export function createForgePeople({ root, now, announce, env }: Omit<LocalForgeOptions, 'reviewer'>): ForgePeople {
  const git = createGit({ env });

  return {
    async createRepository({ repo, from, base }) {
      const repository = locate(git, root, repo);
      await mkdir(repository.folder, { recursive: true });
      const head = await locked(repository, async () => {
        await initialise(repository, base);
        return (await readTip(repository, base)) ?? firstCommit(repository, resolve(from), base, now());
      });
      return { path: repository.gitDir, head };
    },

    async closePullRequest(repo, number) {
      const repository = await existing(git, root, repo);
      const record = await locked(repository, async () => {
        const found = await pullOf(repository, number);
        const head = (await readTip(repository, found.branch)) ?? found.head;
        if (found.state === 'open') await writePull(repository, { ...found, head, state: 'closed', endedAt: now() });
        return found;
      });
      announce({ event: 'pull-request', repo, branch: record.branch, at: now() });
    },

    async review(repo, number, { reviewer, verdict, body = '', findings = [] }) {
      const repository = await existing(git, root, repo);
      const { branch } = await pullOf(repository, number);
      const head = await readTip(repository, branch);
      if (head === undefined) {
        const message = `${repo} has no branch ${branch} any more, so there is nothing to review.`;
        throw new PortError('LocalForge.BranchMissing', message, 'config');
      }
      await locked(repository, () =>
        addReview(repository, number, { reviewer, verdict, head, body, findings, state: 'official', at: now() }),
      );
      announce({ event: 'review', repo, branch, sha: head, at: now() });
    },

    async setStatus(repo, sha, { context, state, description }) {
      const repository = await existing(git, root, repo);
      await locked(repository, () =>
        putStatus(repository, checkedSha(sha), { context, state, description, at: now() }),
      );
      announce({ event: 'status', repo, sha, at: now() });
    },
  };
}

async function initialise({ git, gitDir }: ForgeRepository, base: string): Promise<void> {
  await git(['init', '--quiet', '--bare', '--template=', '--', gitDir]);
  await git(['symbolic-ref', 'HEAD', branchRef(base)], { gitDir });
  // Side refs and candidates are fetched by their id; nothing may tidy them away.
  await git(['config', 'gc.auto', '0'], { gitDir });
  await git(['config', 'receive.autoGC', 'false'], { gitDir });
}

async function firstCommit(repository: ForgeRepository, from: string, base: string, at: number): Promise<string> {
  const indexFile = join(repository.folder, `index-${randomUUID()}`);
  const tree = await writeTree(repository, { folder: from, indexFile });
  const message = `Start ${repository.name}`;
  const identity = CONVEYOR;
  const { sha } = await writeCommit(repository, { tree, parents: [], message, identity, at: Math.floor(at / 1000) });
  await repository.git(['update-ref', branchRef(base), sha, ''], { gitDir: repository.gitDir });
  return sha;
}
