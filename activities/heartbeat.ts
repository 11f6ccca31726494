import { Context } from '@temporalio/activity';
import { PortError } from './ports.ts';

const BEATS_PER_TIMEOUT = 4;

/** Whether this try is still ours, as far as this process can tell by itself. */
export type Pulse = {
  /** Throws `Conveyor.TryLost` when this process stood still for longer than the server waits for a beat. */
  check: () => void;
};

/**
 * Runs `fn` while the activity reports `beat()` to Temporal at once and every `everyMs` milliseconds, or more often
 * where the timeout is short. A beat that cannot be read or sent is skipped: the heartbeat timeout, not an exception
 * here, decides about a silent worker.
 */
export async function withHeartbeat<T>(
  beat: () => unknown,
  everyMs: number,
  fn: (pulse: Pulse) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const patience = context.info.heartbeatTimeoutMs ?? Infinity;
  let last = performance.now();
  let longest = 0;
  function count(): void {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  function send(): void {
    count();
    try {
      context.heartbeat(beat());
    } catch {
      // The work goes on; the next beat tries again.
    }
  }
  function check(): void {
    count();
    if (longest <= patience) return;
    const seconds = Math.round(longest / 1_000);
    throw new PortError(
      'Conveyor.TryLost',
      `This worker stood still for ${seconds} s, so another one has this work now; what it did here is dropped.`,
    );
  }
  const ticker = setInterval(send, Math.min(everyMs, patience / BEATS_PER_TIMEOUT));
  try {
    send();
    return await fn({ check });
  } finally {
    clearInterval(ticker);
  }
}
