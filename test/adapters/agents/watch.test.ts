import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchRun } from '../../../adapters/agents/watch.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'conveyor-watch-'));
  vi.useFakeTimers();
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(cwd, { recursive: true });
});

function watch(totalMs: number, idleMs: number, noProgressMs = 1e12) {
  const onLimit = vi.fn();
  const onBeat = vi.fn();
  return { onLimit, onBeat, run: watchRun({ totalMs, idleMs, noProgressMs, cwd }, { onLimit, onBeat }) };
}

it('beats at the start, at most every second while output grows, and once after the last of it', () => {
  const { run, onBeat } = watch(60_000, 60_000);
  expect(onBeat).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 35; n += 1) {
    vi.advanceTimersByTime(100);
    run.seen('known');
  }
  expect(onBeat).toHaveBeenCalledTimes(4);
  vi.advanceTimersByTime(10_000);
  expect(onBeat).toHaveBeenCalledTimes(5);
  run.stop();
});

it('ends at the total limit whatever is printed, once', () => {
  const { run, onLimit } = watch(5_000, 1_000_000);
  for (let n = 0; n < 100; n += 1) {
    vi.advanceTimersByTime(100);
    run.seen('known');
  }
  expect(onLimit.mock.calls).toEqual([[{ kind: 'timed-out', afterMs: 5_000 }]]);
});

it('calls nothing after it was stopped', () => {
  const { run, onLimit, onBeat } = watch(5_000, 100);
  run.stop();
  run.seen('known');
  vi.advanceTimersByTime(100_000);
  expect(onLimit).not.toHaveBeenCalled();
  expect(onBeat).toHaveBeenCalledTimes(1);
});

it('takes a limit longer than a timer can be for what it is', () => {
  const { run, onLimit } = watch(1e12, 1e12);
  vi.advanceTimersByTime(60_000);
  expect(onLimit).not.toHaveBeenCalled();
  run.stop();
});

it('ends without progress when nothing new is printed, however much is printed', async () => {
  const { run, onLimit } = watch(60_000, 1_000, 3_000);
  run.seen('new');
  for (let n = 0; n < 29; n += 1) {
    await vi.advanceTimersByTimeAsync(100);
    run.seen('known');
  }
  expect(onLimit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  // Files are looked at first, which takes as long as it takes.
  const reached = [[{ kind: 'no-progress', forMs: expect.any(Number) }]];
  await vi.waitFor(() => expect(onLimit.mock.calls).toEqual(reached));
});

it('takes what is new, and a file that was changed, for progress', async () => {
  const { run, onLimit } = watch(600_000, 600_000, 3_000);
  for (let n = 0; n < 20; n += 1) {
    await vi.advanceTimersByTimeAsync(2_000);
    run.seen('new');
  }
  const file = join(cwd, 'changed');
  await writeFile(file, '');
  await utimes(file, Date.now() / 1_000 + 2, Date.now() / 1_000 + 2);
  await vi.advanceTimersByTimeAsync(3_000);
  // Long enough for a look at the files to have ended the run.
  for (let n = 0; n < 20; n += 1) await utimes(file, Date.now() / 1_000 + 2, Date.now() / 1_000 + 2);
  expect(onLimit).not.toHaveBeenCalled();
  run.stop();
});

it('believes no clock that was set: a file changed before counts by when it was last heard of', async () => {
  const { run, onLimit } = watch(600_000, 3_000);
  const file = join(cwd, 'changed');
  await writeFile(file, '');
  await utimes(file, Date.now() / 1_000 + 1, Date.now() / 1_000 + 1);
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(3_000);
  for (let n = 0; n < 20; n += 1) await utimes(file, Date.now() / 1_000, Date.now() / 1_000);
  expect(onLimit).not.toHaveBeenCalled();
  run.stop();
});
