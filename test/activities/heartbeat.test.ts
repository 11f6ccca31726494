import { Context, asyncLocalStorage } from '@temporalio/activity';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withHeartbeat } from '../../activities/heartbeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function inActivity<T>(heartbeat: (details: unknown) => void, fn: () => Promise<T>): Promise<T> {
  const context: Context = Object.assign(Object.create(Context.prototype), { heartbeat });
  return asyncLocalStorage.run(context, fn);
}

async function never(): Promise<void> {
  await new Promise(() => undefined);
}

it('beats at once, then at its interval, and never after the end', async () => {
  const sent: unknown[] = [];
  let n = 0;
  let finish: (value: string) => void = () => undefined;
  const done = new Promise<string>((resolve) => (finish = resolve));
  const result = inActivity(
    (details) => sent.push(details),
    () =>
      withHeartbeat(
        () => (n += 1),
        1_000,
        () => done,
      ),
  );
  vi.advanceTimersByTime(2_500);
  expect(sent).toEqual([1, 2, 3]);
  finish('value');
  expect(await result).toBe('value');
  vi.advanceTimersByTime(10_000);
  expect(sent).toHaveLength(3);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([
  [
    'the beat cannot be read',
    () => undefined,
    () => {
      throw new Error('unreadable');
    },
  ],
  [
    'the beat cannot be sent',
    () => {
      throw new Error('unsendable');
    },
    () => 1,
  ],
])('goes on when %s', async (_what, heartbeat, beat) => {
  void inActivity(heartbeat, () => withHeartbeat(beat, 10, never));
  expect(() => vi.advanceTimersByTime(100)).not.toThrow();
  expect(await inActivity(heartbeat, () => withHeartbeat(beat, 10, async () => 'done'))).toBe('done');
});

it('stops beating when the work fails, and lets the failure through', async () => {
  const failure = new Error('cancelled');
  const run = inActivity(
    () => undefined,
    () =>
      withHeartbeat(
        () => 1,
        10,
        () => Promise.reject(failure),
      ),
  );
  await expect(run).rejects.toBe(failure);
  expect(vi.getTimerCount()).toBe(0);
});
