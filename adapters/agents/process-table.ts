import { readFileSync, readdirSync } from 'node:fs';
import { endianness } from 'node:os';

/**
 * A process as the kernel lists it. `startTime` tells a reused pid apart: clock ticks since boot. `pages`: its
 * resident memory, what it shares with others included.
 */
export type Process = { pid: number; parent: number; session: number; startTime: number; pages: number };

const USUAL_PAGE_BYTES = 4_096;
const AT_PAGESZ = 6n;

/** The process, or undefined when it is gone or only waits to be reaped. */
export function processOf(pid: number): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name is the second field, in parentheses, and may itself contain both.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  const [startTime, , pages] = fields.slice(19);
  return {
    pid,
    parent: Number(parent),
    session: Number(session),
    startTime: Number(startTime),
    pages: Number(pages),
  };
}

/** Every live process this worker can see; none where the system has no /proc. */
export function processes(): Process[] {
  return pids().flatMap((pid) => processOf(pid) ?? []);
}

/** Whether exactly `entry` (`NAME=value`) stands in the environment the process was started with. */
export function hasInEnvironment(pid: number, entry: string): boolean {
  return read(`/proc/${pid}/environ`)?.split('\0').includes(entry) ?? false;
}

/** Memory of the process in bytes, what it shares with others divided among them; undefined when it cannot be told. */
export function shareOfMemory(pid: number): number | undefined {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

/** The size of a page of memory on this machine, in bytes; as the kernel told this process when it started. */
export function pageBytes(): number {
  try {
    const words = readFileSync('/proc/self/auxv');
    const little = endianness() === 'LE';
    const word = (at: number): bigint => (little ? words.readBigUInt64LE(at) : words.readBigUInt64BE(at));
    for (let at = 0; at + 16 <= words.length; at += 16) if (word(at) === AT_PAGESZ) return Number(word(at + 8));
  } catch {
    // No Linux, or one that hides it.
  }
  return USUAL_PAGE_BYTES;
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
