import type { Commit } from '../../activities/ports.ts';
import { committedAt, CONVEYOR, readCommit, writeCommit } from './commits.ts';
import { sideRefs } from './names.ts';
import { keepOnRemote } from './remote.ts';
import type { Mirror } from './remote.ts';

/** The commit with parent `sha` and the tree of `to`: the same id each time, kept on the remote under a side ref. */
export async function revertOf(
  mirror: Mirror,
  { sha, to, message }: { sha: string; to: string; message: string },
): Promise<Commit> {
  const { tree } = await readCommit(mirror, to);
  const at = await committedAt(mirror, sha);
  const commit = await writeCommit(mirror, { tree, parents: [sha], message, identity: CONVEYOR, at });
  await keepOnRemote(mirror, commit.sha, sideRefs.revert(commit.sha));
  return commit;
}
