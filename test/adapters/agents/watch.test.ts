import { mkdtemp, rm } from 'node:fs/promises';
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

function watch(totalMs: number, idleMs: number) {
  const onLimit = vi.fn();
  const onBeat = vi.fn();
  return { onLimit, onBeat, run: watchRun({ totalMs, idleMs, cwd }, { onLimit, onBeat }) };
}

it('beats at the start, at most every second while output grows, and once after the last of it', () => {
  const { run, onBeat } = watch(60_000, 60_000);
  expect(onBeat).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 35; n += 1) {
    vi.advanceTimersByTime(100);
    run.seen();
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
    run.seen();
  }
  expect(onLimit.mock.calls).toEqual([[{ kind: 'timed-out', afterMs: 5_000 }]]);
});

it('calls nothing after it was stopped', () => {
  const { run, onLimit, onBeat } = watch(5_000, 100);
  run.stop();
  run.seen();
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
