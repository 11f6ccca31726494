import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { bootId } from '../agents/process-table.ts';
import { socketIn } from './socket.ts';
import type { WorkerProcess } from './worker-process.ts';
import { isPidOurs, isRunning, nameOf } from './worker-process.ts';

/** `unknown`: nobody here can tell, so nothing of that worker may be touched. */
export type Fate = 'alive' | 'dead' | 'unknown';

/**
 * Whether a worker lives whose folder is below `root`. Its pid tells within our PID namespace. Another container of this
 * machine is asked through the worker's socket: the kernel refuses it from the moment the process is dead. A worker of
 * another machine is `unknown`. One that is stopped or hangs is alive.
 */
export async function fateOf(worker: WorkerProcess, root: string): Promise<Fate> {
  if (isPidOurs(worker)) return isRunning(worker) ? 'alive' : 'dead';
  return worker.bootId === bootId() ? ask(join(root, nameOf(worker))) : 'unknown';
}

async function ask(folder: string): Promise<Fate> {
  const place = await socketIn(folder).catch(() => undefined);
  if (place === undefined) return 'unknown';
  const socket = createConnection(place.path);
  try {
    await once(socket, 'connect');
    return 'alive';
  } catch (error) {
    // Anything else (no socket, no permission, too many waiting) says nothing about the worker.
    return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED' ? 'dead' : 'unknown';
  } finally {
    socket.destroy();
    await place.close();
  }
}
