import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { ProcessIdentity } from './identity.ts';
import { identify } from './identity.ts';

/** Carries the marker in the environment of every process we start, and so of everything that one starts. */
export const MARKER_VARIABLE = 'CONVEYOR_PROCESS';

/**
 * Every live process with this marker: also one whose identity was never written down because we were killed right
 * after starting it, and one that left its process group. Reads `/proc`; where there is none it finds nothing.
 */
export async function findMarked(marker: string): Promise<ProcessIdentity[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.filter((pid) => hasMarker(pid, marker)).map(identify));
  return found.filter((process) => process !== undefined);
}

// Other users' processes cannot be read, and are not ours.
function hasMarker(pid: number, marker: string): boolean {
  if (pid === process.pid) return false;
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARKER_VARIABLE}=${marker}`);
  } catch {
    return false;
  }
}
