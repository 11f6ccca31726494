import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopMarked } from '../local/processes/stop.ts';
import { formatHolder, isAlive, parseHolder, self } from '../local/store/holder.ts';

/** A folder for one run; its name marks the processes of the run and names the process that started it. */
export type Run = { id: string; folder: string };

const GRACE_MS = 500;

/**
 * A folder of its own for `work`, removed afterwards. What killed programs left behind in `root`, folders and
 * processes, is ended and removed first.
 */
export async function withRun<T>(root: string, work: (run: Run) => Promise<T>): Promise<T> {
  await removeOrphans(root);
  // In a PATH a colon would cut the folder's name in two.
  const id = formatHolder(await self()).replaceAll(':', '_');
  const folder = join(root, id);
  await mkdir(folder, { recursive: true });
  try {
    return await work({ id, folder });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Ends and removes every run whose program is dead. */
export async function removeOrphans(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names) {
    const holder = parseHolder(name.replaceAll('_', ':'));
    if (!holder || (await isAlive(holder))) continue;
    await stopMarked(name, GRACE_MS);
    await rm(join(root, name), { recursive: true, force: true, maxRetries: 3 });
  }
}
