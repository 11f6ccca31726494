import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../adapters/local/children.ts';

export type KeepRunningOptions = {
  /** Starts the program once more. */
  start: () => Child;
  /** Told in one line that it ended, and how. */
  say: (line: string) => void;
  /** Before it is started again, in milliseconds; doubled with each end that comes soon, up to half a minute. */
  firstPauseMs?: number;
};

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** Whoever ran for this long has not ended for the reason he ended for before. */
const STEADY_MS = 60_000;

/** Starts the program again whenever it ends by itself, until `stop`, which ends it. */
export function keepRunning(first: Child, options: KeepRunningOptions): { stop: () => Promise<void> } {
  const { start, say, firstPauseMs = FIRST_PAUSE_MS } = options;
  const stopping = new AbortController();
  let current = first;

  async function keep(): Promise<void> {
    for (let ends = 0; ; ends++) {
      const since = performance.now();
      const how = await current.ended;
      if (performance.now() - since > STEADY_MS) ends = 0;
      if (stopping.signal.aborted) return;
      const pauseMs = Math.min(firstPauseMs * 2 ** ends, LONGEST_PAUSE_MS);
      say(`${how}; it is started again${pauseMs < 1_000 ? '' : ` in ${Math.round(pauseMs / 1_000)} s`}`);
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      current = start();
    }
  }

  const kept = keep();
  return {
    stop: async () => {
      stopping.abort();
      await current.stop();
      await kept;
    },
  };
}
