import { rm } from 'node:fs/promises';
import type { Repository } from './commits.ts';

/**
 * The tree of everything in a person's `folder` that its own `.gitignore` files do not leave out, written to the
 * repository. The index is a file of ours, removed afterwards. Throws for a file that git cannot keep.
 */
export async function writeTree(
  { git, gitDir }: Repository,
  { folder, indexFile }: { folder: string; indexFile: string },
): Promise<string> {
  const call = { gitDir, workTree: folder, env: { GIT_INDEX_FILE: indexFile } };
  try {
    await git(['add', '--all', '--', '.'], call);
    return (await git(['write-tree'], call)).text();
  } finally {
    await rm(indexFile, { force: true });
  }
}
