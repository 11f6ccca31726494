import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { PortError } from '../../../activities/ports.ts';
import { isErrno } from './text-file.ts';

/**
 * Runs `work` while no other process, and no other caller in this one, holds the lock of `path` (a file or a folder,
 * existing or not; the lock is its neighbour `<path>.lock`). Not reentrant. Throws `Store.Locked` when the turn
 * does not come, else whatever `work` throws.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const release = await take(path);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function take(path: string): Promise<() => Promise<void>> {
  try {
    return await lock(path, {
      realpath: false,
      stale: 5_000,
      retries: { retries: 2_000, factor: 1, minTimeout: 5, maxTimeout: 25, randomize: true },
    });
  } catch (error) {
    if (!isErrno(error, 'ELOCKED')) throw error;
    throw new PortError('Store.Locked', `Cannot lock ${path}: another process holds it. Try again.`, 'transient', {
      cause: error,
    });
  }
}
