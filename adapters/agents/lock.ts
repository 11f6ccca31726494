import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { removeScratch } from './environment.ts';
import { bootId, processOf } from './process-table.ts';
import { endTree } from './process-tree.ts';

const Started = z.object({ pid: z.number(), startTime: z.number() });

/** Who runs an attempt, readable by a worker that starts after this one died. */
const AttemptLock = z.object({
  bootId: z.string(),
  attempt: z.string(),
  worker: Started,
  /** The agent's first process; absent while it is being started. */
  agent: Started.optional(),
  /** Its home and temporary directory. */
  scratch: z.string().optional(),
  taskToken: z.string().optional(),
});
type AttemptLock = z.infer<typeof AttemptLock>;

/** An attempt whose worker died. Its processes are gone; its try can be failed by the token. */
export type SweptAttempt = { attempt: string; taskToken?: string };

/** Writes the whole lock at once: a reader sees the old one or the new one. */
export async function writeLock(file: string, lock: Omit<AttemptLock, 'bootId' | 'worker'>): Promise<void> {
  const whole: AttemptLock = { bootId: bootId(), worker: started(process.pid), ...lock };
  // The task token is for this user alone.
  await writeFileAtomic(file, `${JSON.stringify(whole)}\n`, { mode: 0o600 });
}

export async function removeLock(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** The process named so that a reused pid is told apart. */
export function started(pid: number): { pid: number; startTime: number } {
  return { pid, startTime: processOf(pid)?.startTime ?? 0 };
}

/**
 * Ends what dead workers left running: for every lock under `root` (one host's) whose worker is gone, its processes are
 * killed, its scratch directory and the lock removed. Locks of live workers stay. May run twice, also at once.
 */
export async function sweepOrphans(root: string): Promise<SweptAttempt[]> {
  const swept: SweptAttempt[] = [];
  for (const name of await namesIn(root)) {
    if (!name.endsWith('.lock')) continue;
    const file = join(root, name);
    const lock = await readLock(file);
    if (lock === undefined || isAlive(lock)) continue;
    await endOrphan(lock);
    await removeLock(file);
    swept.push({ attempt: lock.attempt, ...(lock.taskToken === undefined ? {} : { taskToken: lock.taskToken }) });
  }
  return swept;
}

/** Ends what an earlier try of the same attempt left running when its worker died: this try must be alone. */
export async function endEarlierTry(file: string): Promise<void> {
  const lock = await readLock(file);
  if (lock !== undefined) await endOrphan(lock);
}

async function endOrphan({ bootId: boot, attempt, agent, scratch }: AttemptLock): Promise<void> {
  const root = agent !== undefined && isRunning(boot, agent) ? { root: agent } : {};
  await endTree({ attempt, ...root }, 0);
  if (scratch !== undefined) await removeScratch(scratch);
}

function isAlive({ bootId: boot, worker }: AttemptLock): boolean {
  return isRunning(boot, worker);
}

function isRunning(boot: string, { pid, startTime }: z.infer<typeof Started>): boolean {
  if (boot !== bootId()) return false;
  return process.platform === 'linux' ? processOf(pid)?.startTime === startTime : answers(pid);
}

/** The best that a system without /proc can tell; a reused pid is taken for the old one. */
function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function namesIn(root: string): Promise<string[]> {
  return readdir(root).catch(() => []);
}

/** undefined when it was removed meanwhile or is no lock of ours. */
async function readLock(file: string): Promise<AttemptLock | undefined> {
  try {
    return AttemptLock.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
