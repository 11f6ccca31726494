import { createHash } from 'node:crypto';
import type { SyncResult } from '../../activities/ports.ts';
import type { Candidate } from '../../domain/subject.ts';
import { committedAt, contains, CONVEYOR, forkPoint, readCommit, writeCommit } from './commits.ts';
import type { GitCall } from './git.ts';
import { splitNul } from './git.ts';
import { sideRefs } from './names.ts';
import { keepOnRemote } from './remote.ts';
import type { Mirror } from './remote.ts';

type Ends = { key: string; head: string; base: string };

/**
 * The base merged into the head without a work tree: the head itself when it already holds the base, else a merge
 * with parents [head, base] that has the same id each time, kept on the remote for a later push from any host.
 */
export async function sync(mirror: Mirror, { key, head, base }: Ends): Promise<SyncResult> {
  if (await contains(mirror, head, base)) {
    const { tree } = await readCommit(mirror, head);
    return { kind: 'candidate', candidate: await candidate(mirror, { sha: head, head, base, tree }) };
  }
  const merged = await mergeTrees(mirror, head, base);
  if (merged.kind === 'conflict') return merged;
  const dates = await Promise.all([head, base].map((sha) => committedAt(mirror, sha)));
  const commit = await writeCommit(mirror, {
    tree: merged.tree,
    parents: [head, base],
    message: `Merge the base into ${key}\n\nHead: ${head}\nBase: ${base}`,
    identity: CONVEYOR,
    at: Math.max(...dates),
  });
  await keepOnRemote(mirror, commit.sha, sideRefs.candidate(key));
  return { kind: 'candidate', candidate: await candidate(mirror, { sha: commit.sha, head, base, tree: merged.tree }) };
}

/** What merging the two gives; the files that conflict otherwise. Writes objects only, with `objects` not even these. */
export async function mergeTrees(
  { git, gitDir }: Pick<Mirror, 'git' | 'gitDir'>,
  head: string,
  base: string,
  call: GitCall = {},
): Promise<{ kind: 'merged'; tree: string } | { kind: 'conflict'; files: string[] }> {
  const flags = ['--write-tree', '--allow-unrelated-histories', '--name-only', '--no-messages', '-z'];
  const { exitCode, text } = await git(['merge-tree', ...flags, head, base], { ...call, gitDir, answers: [1] });
  const [tree = '', ...files] = splitNul(text());
  return exitCode === 0 ? { kind: 'merged', tree } : { kind: 'conflict', files };
}

async function candidate(mirror: Mirror, ends: Omit<Candidate, 'diff'>): Promise<Candidate> {
  return { ...ends, diff: await diffHash(mirror, ends.base, ends.head) };
}

/** sha256 of the task's own diff. Full object ids: abbreviated ones depend on what else the repository holds. */
async function diffHash(mirror: Mirror, base: string, head: string): Promise<string> {
  const format = ['--full-index', '--binary', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  const from = await forkPoint(mirror, base, head);
  const { bytes } = await mirror.git(['diff', ...format, '--diff-algorithm=myers', from, head, '--'], {
    gitDir: mirror.gitDir,
    objects: [from, head],
  });
  return createHash('sha256').update(bytes).digest('hex');
}
