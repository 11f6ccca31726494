import { setTimeout as wait } from 'node:timers/promises';
import { isErrno } from '../store/text-file.ts';
import type { ProcessIdentity } from './identity.ts';
import { isAlive } from './identity.ts';
import { findMarked } from './marked.ts';

const POLL_MS = 20;

/** `gone`: it had ended before; `stopped`: it ended by itself after SIGTERM; `killed`: it had to be killed. */
export type StopResult = 'gone' | 'stopped' | 'killed';

/**
 * Ends a process and its process group: SIGTERM, then SIGKILL after `graceMs`. Returns once it is dead.
 * Does nothing when the process has ended, whoever has its pid now.
 */
export async function stop(known: ProcessIdentity, graceMs: number): Promise<StopResult> {
  if (!(await isAlive(known))) return 'gone';
  if (!sent(-known.pid, 'SIGTERM')) sent(known.pid, 'SIGTERM');
  const result = (await endsWithin(known, graceMs)) ? 'stopped' : 'killed';
  // Also after a clean end: members of the group may have ignored the SIGTERM. The pid alone may have a new owner then.
  if (!sent(-known.pid, 'SIGKILL') && result === 'killed') sent(known.pid, 'SIGKILL');
  while (await isAlive(known)) await wait(POLL_MS);
  return result;
}

/** Ends every process that carries the marker, in rounds, until none is found; returns how many it found. */
export async function stopMarked(marker: string, graceMs: number): Promise<number> {
  let count = 0;
  for (let found = await findMarked(marker); found.length > 0; found = await findMarked(marker)) {
    count += found.length;
    await Promise.all(found.map((one) => stop(one, graceMs)));
  }
  return count;
}

async function endsWithin(known: ProcessIdentity, graceMs: number): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline) {
    if (!(await isAlive(known))) return true;
    await wait(POLL_MS);
  }
  return !(await isAlive(known));
}

// A process found by its marker need not lead a group: then no group has its number, and the caller sends to it alone.
function sent(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if (isErrno(error, 'ESRCH') || isErrno(error, 'EPERM')) return false;
    throw error;
  }
}
