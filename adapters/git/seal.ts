import { lstat, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Commit, CommitIdentity } from '../../activities/ports.ts';
import { contains, readCommit, readRef, writeCommit } from './commits.ts';
import type { Kept } from './keep-files.ts';
import { keepFiles } from './keep-files.ts';
import { keepSealed } from './keep-sealed.ts';
import type { Kept as KeptResult } from './keep-sealed.ts';
import type { Mirror } from './remote.ts';

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
  /** Kept with the commit; the first one of the attempt stands. */
  record?: string | undefined;
};

/**
 * One commit that holds everything in the workspace, on top of the agent's own commits, kept under the side ref.
 * It always descends from `start`. Asked again it finds the commit it made, or the first one that has a record.
 *
 * The agent owns its clone, so only files and commits are read from it, by the mirror's git with an index of our own:
 * nothing configured in the clone (filters, hooks, hidden files) is run or believed.
 */
export async function seal(mirror: Mirror, request: Seal): Promise<KeptResult> {
  const earlier = await readRef(mirror, request.ref);
  const tip = (await fetchTip(mirror, request)) ?? request.start;
  const kept = await keepFiles(mirror, { folder: request.path, onto: tip, indexFile: request.indexFile });
  const commit =
    (await reusable(mirror, tip, kept.tree, request.start)) ?? (await make(mirror, tip, kept, earlier, request));
  const result = await keepSealed(mirror, { commit, ref: request.ref, record: request.record });
  await mirror.git(['update-ref', request.ref, result.commit.sha], { gitDir: mirror.gitDir });
  return result;
}

/** The agent's last commit is the whole result when it left nothing beside it. */
async function reusable(mirror: Mirror, tip: string, tree: string, start: string): Promise<Commit | undefined> {
  const commit = await readCommit(mirror, tip);
  return commit.tree === tree && (await contains(mirror, tip, start)) ? commit : undefined;
}

async function make(
  mirror: Mirror,
  tip: string,
  { tree, leftOut }: Kept,
  earlier: string | undefined,
  { start, message, identity }: Seal,
): Promise<Commit> {
  // Rewritten history is joined to the start, so that a branch only ever moves forward and nobody's commit is lost.
  const parents = (await contains(mirror, tip, start)) ? [tip] : [start, tip];
  const made = earlier === undefined ? undefined : await readCommit(mirror, earlier);
  if (made?.tree === tree && made.parents.join() === parents.join()) return made;
  return writeCommit(mirror, { tree, parents, message: [message, ...leftOutNote(leftOut)].join('\n\n'), identity });
}

function leftOutNote(leftOut: readonly string[]): string[] {
  return leftOut.length === 0
    ? []
    : [`Left out, because git cannot keep it:\n${leftOut.map((why) => `- ${why}`).join('\n')}`];
}

/**
 * What of a clone holds commits. Everything else says how git should behave there: `config`, but also a `commondir`
 * that leads to another configuration, or alternates that lead to other people's objects.
 */
const COMMITS: readonly string[] = ['HEAD', 'objects', 'refs', 'packed-refs'];
const BARELY = '[core]\n\trepositoryformatversion = 0\n\tbare = false\n';

/**
 * undefined when the agent left no usable repository: its files still count, on top of the start. Its commits are
 * checked as they come: a tree may name `.git/hooks` or `../`, which would be refused at every later use.
 */
async function fetchTip(mirror: Mirror, { path, ref }: Seal): Promise<string | undefined> {
  const { git, gitDir } = mirror;
  const clone = join(path, '.git');
  if (!(await bare(clone))) return undefined;
  const own = ref.replace('refs/conveyor/', 'refs/conveyor-tips/');
  const fetch = ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-gc', '--no-tags', '--recurse-submodules=no'];
  const settings = ['fetch.fsckObjects=true'];
  const { exitCode } = await git([...fetch, '--', clone, `+HEAD:${own}`], { gitDir, settings, answers: [1, 128] });
  return exitCode === 0 ? readRef(mirror, own) : undefined;
}

/** Leaves nothing in the clone but its commits; whether it is one. */
async function bare(clone: string): Promise<boolean> {
  // A link could lead to a repository that is not the agent's.
  const found = await lstat(clone).catch(() => undefined);
  if (!found?.isDirectory()) return false;
  const entries = await readdir(clone, { withFileTypes: true });
  const others = entries.filter((entry) => !COMMITS.includes(entry.name) || entry.isSymbolicLink());
  const gone = [...others.map(({ name }) => name), 'objects/info/alternates', 'objects/info/http-alternates'];
  for (const name of gone) await rm(join(clone, name), { recursive: true, force: true });
  await writeFile(join(clone, 'config'), BARELY);
  return true;
}
