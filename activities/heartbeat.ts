import { Context } from '@temporalio/activity';

/**
 * Runs `fn` while the activity reports `beat()` to Temporal at once and every `everyMs` milliseconds. A beat that
 * cannot be read or sent is skipped: the heartbeat timeout, not an exception here, decides about a silent worker.
 */
export async function withHeartbeat<T>(beat: () => unknown, everyMs: number, fn: () => Promise<T>): Promise<T> {
  const context = Context.current();
  function send(): void {
    try {
      context.heartbeat(beat());
    } catch {
      // The work goes on; the next beat tries again.
    }
  }
  const ticker = setInterval(send, everyMs);
  try {
    send();
    return await fn();
  } finally {
    clearInterval(ticker);
  }
}
