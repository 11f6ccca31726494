import { readdir } from 'node:fs/promises';
import { fateOf } from './fate.ts';
import { nameOf, parseName, thisWorker } from './worker-process.ts';

/** Whether another worker of this machine lives that has a folder below `root`. */
export async function hasCompany(root: string): Promise<boolean> {
  const own = nameOf(thisWorker());
  for (const name of await readdir(root).catch(() => [])) {
    const worker = name === own ? undefined : parseName(name);
    if (worker !== undefined && (await fateOf(worker, root)) === 'alive') return true;
  }
  return false;
}
