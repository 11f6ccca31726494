/** Reads what git keeps as a file of its own, without starting git: a process costs a large worker milliseconds. */

import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSha } from './names.ts';

/**
 * The commit a full ref name points to, where the ref is a file; it wins over a packed one.
 * undefined: git has to be asked, for the ref may be packed, symbolic, or not there.
 * Source: gitrepository-layout(5), "refs" and "packed-refs".
 */
export async function readLooseRef(gitDir: string, ref: string): Promise<string | undefined> {
  const text = await readFile(join(gitDir, ref), 'utf8').catch(() => '');
  const sha = text.trimEnd();
  return isSha(sha) ? sha : undefined;
}

/** Whether the object is a file of its own; false: git has to be asked, for it may be in a pack. */
export async function hasLooseObject(gitDir: string, sha: string): Promise<boolean> {
  return access(join(gitDir, 'objects', sha.slice(0, 2), sha.slice(2))).then(
    () => true,
    () => false,
  );
}
