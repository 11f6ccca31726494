import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const MOST_ENTRIES = 20_000;
/** Big, and nothing an agent writes by hand. */
const SKIPPED = new Set(['.git', 'node_modules']);

/** Whether a file or folder below `root` was changed after `since` (milliseconds since the epoch). Never throws. */
export async function changedSince(root: string, since: number): Promise<boolean> {
  const folders = [root];
  let looked = 0;
  for (let folder = folders.pop(); folder !== undefined && looked < MOST_ENTRIES; folder = folders.pop()) {
    if (await isNewer(folder, since)) return true;
    for (const entry of await entriesOf(folder)) {
      looked += 1;
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) {
        if (await isNewer(path, since)) return true;
      } else if (!SKIPPED.has(entry.name)) folders.push(path);
    }
  }
  return false;
}

async function isNewer(path: string, since: number): Promise<boolean> {
  return lstat(path).then(
    ({ mtimeMs }) => mtimeMs > since,
    () => false,
  );
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
