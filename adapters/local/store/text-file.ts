import { readFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { PortError } from '../../../activities/ports.ts';

/** The file's whole text; undefined when there is no such file. Throws `Store.Unreadable` for any other trouble. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    // A few kilobytes: the four trips to the thread pool of the other way take longer than the reading.
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw new PortError('Store.Unreadable', `Cannot read ${path}: ${said(error)}. Check its permissions.`, 'config', {
      cause: error,
    });
  }
}

/**
 * Replaces the whole file, making its folder first. A reader, a crash or a power cut at any moment
 * finds the old text or the new one, never a part. Throws `Store.Unwritable`.
 */
export async function writeText(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(path, text);
    await syncFolder(folder);
  } catch (error) {
    throw new PortError(
      'Store.Unwritable',
      `Cannot write ${path}: ${said(error)}. Check the disk's free space and the folder's permissions.`,
      'config',
      { cause: error },
    );
  }
}

/** Whether this is the system error with that code, e.g. `ENOENT`. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

// Without it a power cut can undo the rename although the bytes are on the disk.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
