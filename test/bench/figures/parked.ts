import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import type { Board } from '../parked-board.ts';
import { withParkedBoard } from '../parked-board.ts';
import { shared } from '../shared.ts';

const TASKS = 1_000;
const SWEEP_MS = 6_000;
const IDLE_SWEEPS = 2;
const CHANGES = 3;

type Parked = { callsPerSweep: number; noticedMs: number[]; kibPerTask: number };

/** One listing tells that nothing changed, however many tasks there are. */
export const trackerCalls: Figure = {
  figure: 'tracker calls of a sweep, 1,000 parked tasks',
  unit: 'calls',
  aim: 3,
  limit: 3,
  measure: async (bench) => ({
    value: (await parked(bench)).callsPerSweep,
    raw: { tasks: TASKS, sweeps: IDLE_SWEEPS },
  }),
};

/** The worst case: the card is moved right after a sweep has read the board. */
export const noticed: Figure = {
  figure: 'change noticed without webhooks, over the sweep interval',
  unit: '×',
  aim: 1.05,
  limit: 1.2,
  measure: async (bench) => {
    const { noticedMs } = await parked(bench);
    return {
      value: Math.round((Math.max(...noticedMs) / SWEEP_MS) * 1_000) / 1_000,
      raw: { sweepMs: SWEEP_MS, noticedMs: noticedMs.map(Math.round) },
    };
  },
};

export const parkedMemory: Figure = {
  figure: 'worker memory of a parked task',
  unit: 'KiB',
  aim: 210,
  limit: 420,
  measure: async (bench) => ({ value: Math.round((await parked(bench)).kibPerTask), raw: { tasks: TASKS } }),
};

const parked = shared(async (bench: Bench): Promise<Parked> => {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-bench-board-'));
  try {
    return await withParkedBoard(bench, { folder, tasks: TASKS, sweepMs: SWEEP_MS }, async (board, kibPerTask) => ({
      callsPerSweep: await callsOf(board),
      noticedMs: await changesOf(board),
      kibPerTask,
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function callsOf(board: Board): Promise<number> {
  await board.swept();
  const before = board.calls();
  for (let sweep = 0; sweep < IDLE_SWEEPS; sweep++) await board.swept();
  return (board.calls() - before) / IDLE_SWEEPS;
}

async function changesOf(board: Board): Promise<number[]> {
  const times: number[] = [];
  await board.swept();
  // The read of one card comes right after a sweep: the next card is moved then.
  for (let change = 1; change <= CHANGES; change++) {
    const read = board.cardRead(change);
    const moved = performance.now();
    await board.block(change);
    times.push((await read) - moved);
  }
  return times;
}
