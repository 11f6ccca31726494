import { setTimeout as pause } from 'node:timers/promises';

/**
 * A run in which no worker remembers a workflow between its steps: each step replays, and so does each query a test
 * asks. Everything takes longer, and whoever waits asks less often.
 */
export const SLOWER = process.env['CONVEYOR_TEST_CACHED_WORKFLOWS'] === '0' ? 4 : 1;

/** A machine nobody watches may be busy with other work: patience there costs only what fails anyway. */
export const PATIENCE = SLOWER * (process.env['CI'] ? 2 : 1);

/** Reads until the answer is neither undefined nor false, every 15 ms unless told; throws naming `what` after `timeoutMs`. */
export async function waitFor<T>(
  read: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  timeoutMs = 10_000,
  everyMs = 15,
): Promise<T> {
  const deadline = performance.now() + timeoutMs * PATIENCE;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs * PATIENCE} ms for ${what}`);
    await pause(everyMs * SLOWER);
  }
}
