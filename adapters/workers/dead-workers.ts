import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fateOf } from './fate.ts';
import { TRY } from './presence.ts';
import { parseName } from './worker-process.ts';

/** A worker that died at its work. `forget`, once its tries have been failed. */
export type DeadWorker = { pid: number; tokens: string[]; forget: () => Promise<void> };

const WEEK_MS = 7 * 24 * 60 * 60_000;

/** Dead workers that left their folder below `root`. What nobody can judge is left alone for a week, then removed. */
export async function findDeadWorkers(root: string): Promise<DeadWorker[]> {
  const found: DeadWorker[] = [];
  for (const name of await readdir(root).catch(() => [])) {
    const worker = parseName(name);
    if (worker === undefined) continue;
    const folder = join(root, name);
    const forget = (): Promise<void> => rm(folder, { recursive: true, force: true });
    switch (await fateOf(worker, root)) {
      case 'alive':
        break;
      case 'dead':
        found.push({ pid: worker.pid, tokens: await tokensIn(folder), forget });
        break;
      case 'unknown':
        if (await isForgotten(folder)) await forget();
        break;
    }
  }
  return found;
}

/** Whether it has not been touched for so long that its tries have long since reached their limits. */
export async function isForgotten(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > WEEK_MS;
}

async function tokensIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const read = names
    .filter((name) => name.endsWith(TRY))
    .map((name) => readFile(join(folder, name), 'utf8').catch(() => ''));
  return (await Promise.all(read)).filter((token) => token !== '');
}
