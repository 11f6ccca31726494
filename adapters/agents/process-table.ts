import { readFileSync, readdirSync } from 'node:fs';

/** A process as the kernel lists it. `startTime` tells a reused pid apart: clock ticks since boot. */
export type Process = { pid: number; parent: number; session: number; startTime: number };

/** The process, or undefined when it is gone or only waits to be reaped. */
export function processOf(pid: number): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name is the second field, in parentheses, and may itself contain both.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, parent: Number(parent), session: Number(session), startTime: Number(fields[19]) };
}

/** Every live process this worker can see; none where the system has no /proc. */
export function processes(): Process[] {
  return pids().flatMap((pid) => processOf(pid) ?? []);
}

/** Whether exactly `entry` (`NAME=value`) stands in the environment the process was started with. */
export function hasInEnvironment(pid: number, entry: string): boolean {
  return read(`/proc/${pid}/environ`)?.split('\0').includes(entry) ?? false;
}

/** Changes with every boot; pids and start times of another boot mean nothing. */
export function bootId(): string {
  return read('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown';
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid));
  } catch {
    return [];
  }
}

/** undefined when the process ended meanwhile or belongs to somebody else. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
