import { rm } from 'node:fs/promises';
import type { Repository } from './commits.ts';

/**
 * The tree of everything in `folder` that its own `.gitignore` files do not leave out, written to the repository.
 * `onto`: the commit whose ignored files stay in. The index is a file of ours, removed afterwards.
 */
export async function writeTree(
  { git, gitDir }: Repository,
  { folder, onto, indexFile }: { folder: string; onto?: string; indexFile: string },
): Promise<string> {
  const call = { gitDir, workTree: folder, env: { GIT_INDEX_FILE: indexFile } };
  try {
    if (onto !== undefined) await git(['read-tree', onto], call);
    await git(['add', '--all', '--', '.'], call);
    return (await git(['write-tree'], call)).text();
  } finally {
    await rm(indexFile, { force: true });
  }
}
