import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { PortError } from '../../activities/ports.ts';
import { isForgotten } from '../workers/dead-workers.ts';
import { fateOf } from '../workers/fate.ts';
import { isPidOurs, isRunning, started, thisWorker } from '../workers/worker-process.ts';
import { removeScratch } from './environment.ts';
import { endTree } from './process-tree.ts';

export { started };

const Started = z.object({ pid: z.number(), startTime: z.number() });

/** Who runs an attempt, readable by a worker that starts after this one died. */
const AttemptLock = z.object({
  bootId: z.string(),
  /** Pids below mean something only in here. */
  pidNamespace: z.string(),
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
export async function writeLock(
  file: string,
  lock: Omit<AttemptLock, 'bootId' | 'pidNamespace' | 'worker'>,
): Promise<void> {
  const { bootId, pidNamespace, ...worker } = thisWorker();
  await write(file, { bootId, pidNamespace, worker, ...lock });
}

async function write(file: string, lock: AttemptLock): Promise<void> {
  // The task token is for this user alone.
  await writeFileAtomic(file, `${JSON.stringify(lock)}\n`, { mode: 0o600 });
}

export async function removeLock(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** The same for this process's own lock: another try's, which took over meanwhile, stays. */
export async function giveUpLock(file: string): Promise<void> {
  const lock = await readLock(file);
  if (lock !== undefined && isThisWorkers(lock)) await removeLock(file);
}

/** Throws `Agent.Superseded` when another try of the attempt took over, and with it ended this one's agent. */
export async function ownLock(file: string, agent: z.infer<typeof Started>): Promise<void> {
  const lock = await readLock(file);
  if (lock !== undefined && isThisWorkers(lock) && isSame(lock.agent, agent)) return;
  throw new PortError('Agent.Superseded', 'Another try of this attempt has taken over; what this one did is dropped.');
}

function isThisWorkers(lock: AttemptLock): boolean {
  return isPidOurs(lock) && isSame(lock.worker, thisWorker());
}

function isSame(one: z.infer<typeof Started> | undefined, other: z.infer<typeof Started>): boolean {
  return one?.pid === other.pid && one.startTime === other.startTime;
}

/**
 * Ends what dead workers left running: for every lock under `root` whose worker is dead, its processes are killed, its
 * scratch directory and the lock removed. Locks of live workers stay, and so do those of workers that cannot be judged
 * from here; `workers` is the folder of their presences. A lock of another container is only told once: what may still
 * run in there can be seen and ended by a worker in there alone. May run twice, also at once.
 */
export async function sweepOrphans(root: string, workers: string): Promise<SweptAttempt[]> {
  const swept: SweptAttempt[] = [];
  for (const name of await namesIn(root)) {
    if (!name.endsWith('.lock')) continue;
    const file = join(root, name);
    const lock = await readLock(file);
    if (lock === undefined) continue;
    const fate = await fateOf({ ...lock, ...lock.worker }, workers);
    if (fate !== 'alive' && !isPidOurs(lock) && (await isForgotten(file))) await removeLock(file);
    const { taskToken, ...told } = lock;
    if (fate !== 'dead' || (!isPidOurs(lock) && taskToken === undefined)) continue;
    await endOrphan(lock);
    // Somebody else may have swept it meanwhile, and the next try may have its lock there by now.
    if (!isDeepStrictEqual(await readLock(file), lock)) continue;
    await (isPidOurs(lock) ? removeLock(file) : write(file, told));
    swept.push({ attempt: lock.attempt, ...(taskToken === undefined ? {} : { taskToken }) });
  }
  return swept;
}

/** Ends what an earlier try of the same attempt left running when its worker died: this try must be alone. */
export async function endEarlierTry(file: string): Promise<void> {
  const lock = await readLock(file);
  if (lock !== undefined) await endOrphan(lock);
}

/** What another PID namespace ran is found by its marker, as far as it can be seen from here, and never by its pid. */
async function endOrphan(lock: AttemptLock): Promise<void> {
  const { attempt, agent, scratch } = lock;
  const ours = isPidOurs(lock);
  await endTree({ attempt, ...(ours && agent !== undefined && isRunning(agent) ? { root: agent } : {}) }, 0);
  if (ours && scratch !== undefined) await removeScratch(scratch);
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
