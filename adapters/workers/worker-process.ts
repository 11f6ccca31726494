import { readlinkSync } from 'node:fs';
import { bootId, processOf } from '../agents/process-table.ts';

/**
 * One worker process, told apart from every other one on any machine that shares its folders: a pid means something
 * only within its PID namespace (every container has one), and only until the machine starts again.
 */
export type WorkerProcess = { bootId: string; pidNamespace: string; pid: number; startTime: number };

export function thisWorker(): WorkerProcess {
  return { bootId: bootId(), pidNamespace: pidNamespace(), ...started(process.pid) };
}

/** The process named so that a reused pid is told apart. */
export function started(pid: number): { pid: number; startTime: number } {
  return { pid, startTime: processOf(pid)?.startTime ?? 0 };
}

/** Fit for a folder; `parseName` reads it. */
export function nameOf({ bootId: boot, pidNamespace: namespace, pid, startTime }: WorkerProcess): string {
  return `${boot}.${namespace}.${pid}.${startTime}`;
}

/** undefined for a name that `nameOf` did not make. */
export function parseName(name: string): WorkerProcess | undefined {
  const [, boot, namespace, pid, startTime] = /^([\w-]+)\.(\w+)\.(\d+)\.(\d+)$/.exec(name) ?? [];
  if (boot === undefined || namespace === undefined) return undefined;
  return { bootId: boot, pidNamespace: namespace, pid: Number(pid), startTime: Number(startTime) };
}

/** Whether a pid of that worker means the same process here. */
export function isPidOurs(worker: Pick<WorkerProcess, 'bootId' | 'pidNamespace'>): boolean {
  return worker.bootId === bootId() && worker.pidNamespace === pidNamespace();
}

/** Whether the process still runs. Only for a pid that means something here. */
export function isRunning({ pid, startTime }: { pid: number; startTime: number }): boolean {
  return process.platform === 'linux' ? processOf(pid)?.startTime === startTime : answers(pid);
}

/** The number of the namespace, as the kernel tells it to all its processes. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** The best that a system without /proc can tell; a reused pid is taken for the old one. */
function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
