import { setTimeout as wait } from 'node:timers/promises';
import type { Exit, StartOptions } from './start.ts';
import { start } from './start.ts';
import { stop, stopMarked } from './stop.ts';
import { tail } from './tail.ts';

const GRACE_MS = 2_000;

/** How a command ended, with the end of its output. `not-started`: there is no such program. */
export type RunResult =
  | { kind: 'exited'; code: number; output: string }
  | { kind: 'signalled'; signal: string; output: string }
  | { kind: 'timed-out'; afterMs: number; output: string }
  | { kind: 'not-started'; output: string };

/**
 * Runs a command to its end and leaves nothing of it behind: what an earlier run with the same marker left (one that
 * was cut off because we were killed) is ended first, and whatever this one started is ended with it.
 */
export async function run(options: StartOptions & { timeoutMs: number }): Promise<RunResult> {
  await stopMarked(options.marker, 0);
  const started = await start(options);
  if (started.kind === 'failed') return { kind: 'not-started', output: started.detail };
  const exit = started.kind === 'ended' ? started.exit : await exitWithin(started.exit, options.timeoutMs);
  if (started.kind === 'started') await stop(started.process, GRACE_MS);
  await stopMarked(options.marker, GRACE_MS);
  const output = await tail(options.logFile);
  if (!exit) return { kind: 'timed-out', afterMs: options.timeoutMs, output };
  if (exit.code === null) return { kind: 'signalled', signal: String(exit.signal), output };
  return { kind: 'exited', code: exit.code, output };
}

async function exitWithin(exit: Promise<Exit>, timeoutMs: number): Promise<Exit | undefined> {
  const timer = new AbortController();
  const timeout = wait(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
  return Promise.race([exit, timeout]).finally(() => timer.abort());
}
