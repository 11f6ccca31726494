import { setTimeout as pause } from 'node:timers/promises';

/** Reads until the answer is neither undefined nor false, every 15 ms unless told; throws naming `what` after `timeoutMs`. */
export async function waitFor<T>(
  read: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  timeoutMs = 10_000,
  everyMs = 15,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}`);
    await pause(everyMs);
  }
}
