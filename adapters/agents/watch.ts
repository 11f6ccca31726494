import { changedSince } from './changed-since.ts';

/** A run that is being watched; all durations on the monotonic clock. */
export type Watch = {
  /** Something was printed, and whether it says anything that was not said before. */
  seen(what: 'new' | 'known'): void;
  /** Stops the timers; nothing is called afterwards. */
  stop(): void;
};

export type TimeLimits = { totalMs: number; idleMs: number; noProgressMs: number };

export type LimitReached =
  { kind: 'timed-out'; afterMs: number } | { kind: 'stalled'; idleMs: number } | { kind: 'no-progress'; forMs: number };

const BEAT_MS = 1_000;
/** A longer timer of Node's fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `onLimit` once: when the run lasted `totalMs`, printed nothing and changed no file below `cwd` for `idleMs`, or
 * printed nothing new and changed no file for `noProgressMs`.
 * Calls `onBeat` at the start and, while output grows, at most every second and once after the last of it.
 */
export function watchRun(
  { totalMs, idleMs, noProgressMs, cwd }: TimeLimits & { cwd: string },
  { onLimit, onBeat }: { onLimit: (limit: LimitReached) => void; onBeat: (lastOutputAt: number) => void },
): Watch {
  const startedAt = performance.now();
  let state: 'watching' | 'stopped' = 'watching';
  let lastOutputAt = Date.now();
  let beatTimer: NodeJS.Timeout | undefined;
  let lastBeat = 0;
  const totalTimer = setTimeout(() => reached({ kind: 'timed-out', afterMs: since(startedAt) }), timer(totalMs));
  const idle = watchSilence(idleMs, cwd, (ms) => reached({ kind: 'stalled', idleMs: ms }));
  const progress = watchSilence(noProgressMs, cwd, (ms) => reached({ kind: 'no-progress', forMs: ms }));

  function reached(limit: LimitReached): void {
    if (state === 'stopped') return;
    stop();
    onLimit(limit);
  }

  function beat(): void {
    beatTimer = undefined;
    lastBeat = performance.now();
    onBeat(lastOutputAt);
  }

  function stop(): void {
    state = 'stopped';
    clearTimeout(totalTimer);
    clearTimeout(beatTimer);
    idle.stop();
    progress.stop();
  }

  beat();
  return {
    seen(what) {
      if (state === 'stopped') return;
      idle.sign();
      if (what === 'new') progress.sign();
      lastOutputAt = Date.now();
      beatTimer ??= setTimeout(beat, Math.max(0, BEAT_MS - since(lastBeat)));
    },
    stop,
  };
}

/**
 * Calls `onSilence` when there was no sign for `mostMs`, and no file below `cwd` was changed either. Files are only
 * looked at when the signs alone say so: cheap, and right for agents that print nothing before their end.
 */
function watchSilence(mostMs: number, cwd: string, onSilence: (ms: number) => void): { sign(): void; stop(): void } {
  let last = { clock: performance.now(), wall: Date.now() };
  let over = false;
  let timeout = setTimeout(check, timer(mostMs));

  function check(): void {
    const silent = since(last.clock);
    if (silent < mostMs) return arm(mostMs - silent);
    // Files carry the wall clock's time, which may have been set forward or back meanwhile.
    void changedSince(cwd, Math.min(last.wall, Date.now() - mostMs)).then((changed) => {
      if (over) return;
      if (changed) sign();
      const still = since(last.clock);
      if (still < mostMs) arm(mostMs - still);
      else onSilence(still);
    });
  }

  function arm(ms: number): void {
    timeout = setTimeout(check, timer(ms));
  }

  function sign(): void {
    last = { clock: performance.now(), wall: Date.now() };
  }

  return {
    sign,
    stop() {
      over = true;
      clearTimeout(timeout);
    },
  };
}

/** Whole milliseconds; rounded up, so that a timer that fired is never taken for one that has not. */
function since(start: number): number {
  return Math.ceil(performance.now() - start);
}

function timer(ms: number): number {
  return Math.min(ms, LONGEST_TIMER_MS);
}
