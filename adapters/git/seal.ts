import { lstat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Commit, CommitIdentity } from '../../activities/ports.ts';
import { contains, readCommit, readRef, writeCommit } from './commits.ts';
import { keepOnRemote } from './remote.ts';
import type { Mirror } from './remote.ts';
import { writeTree } from './write-tree.ts';

export type Seal = {
  /** The workspace's folder and the commit it started from. */
  path: string;
  start: string;
  /** The side ref of this attempt. */
  ref: string;
  message: string;
  identity: CommitIdentity;
  /** A file nobody else uses. */
  indexFile: string;
};

/**
 * One commit that holds everything in the workspace, on top of the agent's own commits, kept under the side ref.
 * It always descends from `start`. Asked again it finds the commit it made.
 *
 * The agent owns its clone, so only files and commits are read from it, by the mirror's git with an index of our own:
 * nothing configured in the clone (filters, hooks, hidden files) is run or believed.
 */
export async function seal(mirror: Mirror, request: Seal): Promise<Commit> {
  const earlier = await readRef(mirror, request.ref);
  const tip = (await fetchTip(mirror, request)) ?? request.start;
  const tree = await writeTree(mirror, { folder: request.path, onto: tip, indexFile: request.indexFile });
  const commit =
    (await reusable(mirror, tip, tree, request.start)) ?? (await make(mirror, tip, tree, earlier, request));
  await mirror.git(['update-ref', request.ref, commit.sha], { gitDir: mirror.gitDir });
  await keepOnRemote(mirror, commit.sha, request.ref);
  return commit;
}

/** The agent's last commit is the whole result when it left nothing beside it. */
async function reusable(mirror: Mirror, tip: string, tree: string, start: string): Promise<Commit | undefined> {
  const commit = await readCommit(mirror, tip);
  return commit.tree === tree && (await contains(mirror, tip, start)) ? commit : undefined;
}

async function make(
  mirror: Mirror,
  tip: string,
  tree: string,
  earlier: string | undefined,
  { start, message, identity }: Seal,
): Promise<Commit> {
  // Rewritten history is joined to the start, so that a branch only ever moves forward and nobody's commit is lost.
  const parents = (await contains(mirror, tip, start)) ? [tip] : [start, tip];
  const made = earlier === undefined ? undefined : await readCommit(mirror, earlier);
  if (made?.tree === tree && made.parents.join() === parents.join()) return made;
  return writeCommit(mirror, { tree, parents, message, identity });
}

/** undefined when the agent left no usable repository: its files still count, on top of the start. */
async function fetchTip(mirror: Mirror, { path, ref }: Seal): Promise<string | undefined> {
  const { git, gitDir } = mirror;
  const clone = join(path, '.git');
  // A link could lead to a repository that is not the agent's.
  const found = await lstat(clone).catch(() => undefined);
  if (!found?.isDirectory()) return undefined;
  await rm(join(clone, 'config'), { recursive: true, force: true });
  await writeFile(join(clone, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = false\n');
  const own = ref.replace('refs/conveyor/', 'refs/conveyor-tips/');
  const fetch = ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-gc', '--no-tags', '--recurse-submodules=no'];
  const { exitCode } = await git([...fetch, '--', clone, `+HEAD:${own}`], { gitDir, answers: [1, 128] });
  return exitCode === 0 ? readRef(mirror, own) : undefined;
}
