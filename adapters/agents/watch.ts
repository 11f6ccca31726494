import { changedSince } from './changed-since.ts';

/** A run that is being watched; all durations on the monotonic clock. */
export type Watch = {
  /** Something was printed. */
  seen(): void;
  /** Stops the timers; nothing is called afterwards. */
  stop(): void;
};

export type LimitReached = { kind: 'timed-out'; afterMs: number } | { kind: 'stalled'; idleMs: number };

const BEAT_MS = 1_000;
/** A longer timer of Node's fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `onLimit` once when the run lasted `totalMs`, or printed nothing and changed no file below `cwd` for `idleMs`.
 * Calls `onBeat` at the start and, while output grows, at most every second and once after the last of it.
 */
export function watchRun(
  { totalMs, idleMs, cwd }: { totalMs: number; idleMs: number; cwd: string },
  { onLimit, onBeat }: { onLimit: (limit: LimitReached) => void; onBeat: (lastOutputAt: number) => void },
): Watch {
  const startedAt = performance.now();
  let state: 'watching' | 'stopped' = 'watching';
  let lastSign = startedAt;
  let lastOutputAt = Date.now();
  let idleTimer = setTimeout(checkIdle, timer(idleMs));
  let beatTimer: NodeJS.Timeout | undefined;
  let lastBeat = 0;
  const totalTimer = setTimeout(() => reached({ kind: 'timed-out', afterMs: since(startedAt) }), timer(totalMs));

  function reached(limit: LimitReached): void {
    if (state === 'stopped') return;
    stop();
    onLimit(limit);
  }

  // Files are only looked at when the output alone says that the run stalled: cheap, and right for agents that print
  // nothing before their end.
  function checkIdle(): void {
    const idle = since(lastSign);
    if (idle < idleMs) return armIdle(idleMs - idle);
    void changedSince(cwd, Date.now() - idleMs).then((changed) => {
      if (state === 'stopped') return;
      if (changed) lastSign = performance.now();
      const still = since(lastSign);
      if (still < idleMs) armIdle(idleMs - still);
      else reached({ kind: 'stalled', idleMs: still });
    });
  }

  function armIdle(ms: number): void {
    idleTimer = setTimeout(checkIdle, timer(ms));
  }

  function beat(): void {
    beatTimer = undefined;
    lastBeat = performance.now();
    onBeat(lastOutputAt);
  }

  function stop(): void {
    state = 'stopped';
    clearTimeout(totalTimer);
    clearTimeout(idleTimer);
    clearTimeout(beatTimer);
  }

  beat();
  return {
    seen() {
      if (state === 'stopped') return;
      lastSign = performance.now();
      lastOutputAt = Date.now();
      beatTimer ??= setTimeout(beat, Math.max(0, BEAT_MS - since(lastBeat)));
    },
    stop,
  };
}

/** Whole milliseconds; rounded up, so that a timer that fired is never taken for one that has not. */
function since(start: number): number {
  return Math.ceil(performance.now() - start);
}

function timer(ms: number): number {
  return Math.min(ms, LONGEST_TIMER_MS);
}
