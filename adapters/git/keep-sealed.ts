import type { Commit } from '../../activities/ports.ts';
import { readCommit, readRef } from './commits.ts';
import type { Mirror } from './remote.ts';
import { keepOnRemote, keepTogether, readRemoteRef } from './remote.ts';

/** A commit on its side ref, and the record beside it that makes it the attempt's result. */
export type Kept = { commit: Commit; record?: string };

/** Where the record of the commit under this side ref lies. */
function recordRef(ref: string): string {
  return ref.replace('refs/conveyor/attempts/', 'refs/conveyor/records/');
}

/**
 * Keeps the commit under the side ref. With a record both are kept at once or not at all, and only the first time:
 * afterwards the answer is what was kept then, and nothing moves. Without a record the newest commit stands.
 */
export async function keepSealed(
  mirror: Mirror,
  { commit, ref, record }: { commit: Commit; ref: string; record: string | undefined },
): Promise<Kept> {
  const { git, gitDir } = mirror;
  if (record === undefined) {
    await keepOnRemote(mirror, commit.sha, ref);
    return { commit };
  }
  const blob = (await git(['hash-object', '-w', '--stdin'], { gitDir, input: record })).text();
  const first = { sha: blob, ref: recordRef(ref) };
  const answer = await keepTogether(mirror, { first, with: { sha: commit.sha, ref } });
  return answer === 'kept' ? { commit, record } : readSealed(mirror, ref);
}

/** Whether the remote has a record of what is under the side ref. */
export async function isSealed(mirror: Mirror, ref: string): Promise<boolean> {
  return (await readRemoteRef(mirror, recordRef(ref))) !== undefined;
}

/** What was kept under the side ref with its record. Only for a ref that `isSealed`. */
export async function readSealed(mirror: Mirror, ref: string): Promise<Required<Kept>> {
  const { git, gitDir, url, access } = mirror;
  const fetch = ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-gc', '--no-tags', '--recurse-submodules=no'];
  const refs = [ref, recordRef(ref)].map((name) => `+${name}:${name}`);
  await git([...fetch, '--', url, ...refs], { gitDir, env: access });
  const { text } = await git(['cat-file', 'blob', recordRef(ref)], { gitDir });
  return { commit: await readCommit(mirror, (await readRef(mirror, ref)) ?? ref), record: text() };
}
