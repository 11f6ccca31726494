import { Context, asyncLocalStorage } from '@temporalio/activity';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withHeartbeat } from '../../activities/heartbeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function inActivity<T>(
  heartbeat: (details: unknown) => void,
  fn: () => Promise<T>,
  info: { heartbeatTimeoutMs?: number } = {},
): Promise<T> {
  const context: Context = Object.assign(Object.create(Context.prototype), { heartbeat, info });
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

it('beats more often where the server waits for less', () => {
  const sent: unknown[] = [];
  void inActivity(
    (details) => sent.push(details),
    () => withHeartbeat(() => 'beat', 10_000, never),
    { heartbeatTimeoutMs: 2_000 },
  );
  vi.advanceTimersByTime(2_000);
  expect(sent).toHaveLength(5);
});

it.each([
  ['not when it only was late', 59_000, undefined],
  ['when it stood still for longer than the server waits', 61_000, 'Conveyor.TryLost'],
])('tells that a try is lost: %s', async (_when, ms, type) => {
  const from = performance.now();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(from);
  const run = inActivity(
    () => undefined,
    () =>
      withHeartbeat(
        () => undefined,
        10_000,
        async ({ check }) => {
          // The process is stopped: the clock goes on, no timer fires.
          clock.mockReturnValue(from + ms);
          check();
          return 'kept';
        },
      ),
    { heartbeatTimeoutMs: 60_000 },
  );
  await (type === undefined ? expect(run).resolves.toBe('kept') : expect(run).rejects.toMatchObject({ type }));
  clock.mockRestore();
});
