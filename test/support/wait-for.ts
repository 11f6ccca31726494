import { setTimeout as pause } from 'node:timers/promises';

/**
 * A run in which no worker remembers a workflow between its steps: each step replays, and so does each query a test
 * asks. Everything takes longer, and whoever waits asks less often.
 */
export const SLOWER = process.env['CONVEYOR_TEST_CACHED_WORKFLOWS'] === '0' ? 4 : 1;

/** A machine nobody watches may be busy with other work: patience there costs only what fails anyway. */
export const PATIENCE = SLOWER * (process.env['CI'] ? 2 : 1);

/** Whoever has waited long looks seldom: looks of many tests at once would take the machine from what they wait for. */
const SHARE_OF_THE_WAIT = 0.2;
const LONGEST_PAUSE_MS = 500;

type Read<T> = () => Promise<T | undefined | false> | T | undefined | false;

/**
 * Reads until the answer is neither undefined nor false; throws naming `what` after `timeoutMs`. The first pauses are
 * `everyMs`, later ones a fifth of the time waited, up to half a second.
 */
export function waitFor<T>(read: Read<T>, what: string, timeoutMs = 10_000, everyMs = 15): Promise<T> {
  const growing = (waited: number): number => Math.min(waited * SHARE_OF_THE_WAIT, LONGEST_PAUSE_MS);
  return readUntil(read, what, timeoutMs, (waited) => Math.max(everyMs, growing(waited)));
}

/** The same with pauses that stay as they are: where the wait is what is measured. */
export function waitSteadily<T>(read: Read<T>, what: string, timeoutMs: number, everyMs = 15): Promise<T> {
  return readUntil(read, what, timeoutMs, () => everyMs);
}

async function readUntil<T>(
  read: Read<T>,
  what: string,
  timeoutMs: number,
  pauseMs: (waited: number) => number,
): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    const waited = performance.now() - startedAt;
    if (waited > timeoutMs * PATIENCE) throw new Error(`Waited ${timeoutMs * PATIENCE} ms for ${what}`);
    await pause(pauseMs(waited) * SLOWER);
  }
}
