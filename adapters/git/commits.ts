import type { Commit, CommitIdentity } from '../../activities/ports.ts';
import type { Git } from './git.ts';
import { readLooseRef } from './loose.ts';

/** Signs what Conveyor itself commits. */
export const CONVEYOR: CommitIdentity = { name: 'Conveyor', email: 'conveyor@conveyor.invalid' };

/** A repository on this machine and the git that reads it. */
export type Repository = { git: Git; gitDir: string };

/** What a full ref name points to; undefined when there is none. */
export async function readRef({ git, gitDir }: Repository, ref: string): Promise<string | undefined> {
  const loose = await readLooseRef(gitDir, ref);
  if (loose !== undefined) return loose;
  const { exitCode, text } = await git(['rev-parse', '--quiet', '--verify', ref], { gitDir, answers: [1] });
  return exitCode === 0 ? text() : undefined;
}

/** The commit's id, tree and parents. */
export async function readCommit({ git, gitDir }: Repository, sha: string): Promise<Commit> {
  const { text } = await git(['show', '--no-patch', '--format=%T %P', '--end-of-options', sha], {
    gitDir,
    objects: [sha],
  });
  const [tree = '', ...parents] = text().trim().split(' ');
  return { sha, tree, parents };
}

/** Whether Conveyor committed it, for itself or for one of its roles. */
export async function isOurCommit({ git, gitDir }: Repository, sha: string): Promise<boolean> {
  const { text } = await git(['show', '--no-patch', '--format=%ce', '--end-of-options', sha], {
    gitDir,
    objects: [sha],
  });
  return text().trim().endsWith('@conveyor.invalid');
}

/** Seconds since 1970 at which it was committed. */
export async function committedAt({ git, gitDir }: Repository, sha: string): Promise<number> {
  const { text } = await git(['show', '--no-patch', '--format=%ct', '--end-of-options', sha], {
    gitDir,
    objects: [sha],
  });
  return Number(text());
}

/** A title on a card may hold anything; git takes no NUL, and a terminal should not obey a message. */
// oxlint-disable-next-line no-control-regex -- exactly these are meant
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Writes a commit; with `at` (seconds) the same call gives the same id, else it carries the present time. */
export async function writeCommit(
  { git, gitDir }: Repository,
  commit: { tree: string; parents: readonly string[]; message: string; identity: CommitIdentity; at?: number },
): Promise<Commit> {
  const { tree, parents, at } = commit;
  const message = commit.message.replaceAll(CONTROL, '');
  const date = at === undefined ? undefined : `@${at} +0000`;
  const { text } = await git(['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-F', '-', tree], {
    gitDir,
    input: message.endsWith('\n') ? message : `${message}\n`,
    env: {
      GIT_AUTHOR_NAME: commit.identity.name,
      GIT_AUTHOR_EMAIL: commit.identity.email,
      GIT_COMMITTER_NAME: commit.identity.name,
      GIT_COMMITTER_EMAIL: commit.identity.email,
      ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
    },
  });
  return { sha: text(), tree, parents: [...parents] };
}

/** Whether `descendant` contains `ancestor`; a commit contains itself. */
export async function contains({ git, gitDir }: Repository, descendant: string, ancestor: string): Promise<boolean> {
  if (descendant === ancestor) return true;
  const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant];
  const { exitCode } = await git(args, { gitDir, answers: [1], objects: [ancestor, descendant] });
  return exitCode === 0;
}

/** Where `head` left `base`; the empty tree when they share nothing, so that everything counts as changed. */
export async function forkPoint({ git, gitDir }: Repository, base: string, head: string): Promise<string> {
  const { exitCode, text } = await git(['merge-base', '--end-of-options', base, head], {
    gitDir,
    answers: [1],
    objects: [base, head],
  });
  if (exitCode === 0) return text();
  const empty = await git(['hash-object', '-t', 'tree', '-w', '--stdin'], { gitDir, input: '' });
  return empty.text();
}
