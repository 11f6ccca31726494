import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Who holds a lock: a process of this machine, told apart from a later one that got the same pid. */
export type Holder = {
  pid: number;
  /** Boot and clock tick the process started at; `unknown` where the system has no `/proc`. */
  started: string;
  /** Of this one turn, so that two turns of one process differ. */
  turn: string;
};

/** This process, for one turn. */
export async function self(): Promise<Holder> {
  return { pid: process.pid, started: (await startOf(process.pid)) ?? 'unknown', turn: randomUUID() };
}

/** `<pid>:<started>:<turn>`, fit for a link's target. */
export function formatHolder(holder: Holder): string {
  return `${holder.pid}:${holder.started}:${holder.turn}`;
}

/** undefined for anything `formatHolder` did not write. */
export function parseHolder(text: string): Holder | undefined {
  const [pid, started, turn] = text.split(':');
  if (!pid || !started || !turn || !/^\d+$/.test(pid)) return undefined;
  return { pid: Number(pid), started, turn };
}

/** Whether the holder's process still runs. A killed process that nobody has reaped yet does not. */
export async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.started === 'unknown') return answersSignals(holder.pid);
  return (await startOf(holder.pid)) === holder.started;
}

async function startOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything, so count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' ? undefined : `${boot.slice(0, 8)}-${ticks}`;
  } catch {
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
