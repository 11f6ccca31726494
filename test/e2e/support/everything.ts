/** All that a run left behind, as text to search in. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Left } from '../../support/canaries.ts';

/** Every file under the folder, by its path. */
export async function filesIn(folder: string): Promise<Left[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  // What is removed meanwhile was somebody's temporary file.
  const read = async (where: string): Promise<Left> => ({
    where,
    text: await readFile(where, 'latin1').catch(() => ''),
  });
  return Promise.all(files.map(read));
}

/** Every object of the repository: git compresses them, so their files tell nothing. */
export async function objectsOf(repository: string): Promise<Left> {
  const args = ['cat-file', '--batch', '--batch-all-objects', '--unordered'];
  const { stdout } = await execa('git', args, { cwd: repository, encoding: 'latin1' });
  return { where: `objects of ${repository}`, text: stdout };
}
