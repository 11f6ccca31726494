import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createApp } from '../../../api/app.ts';
import { startServer } from '../../../api/server.ts';
import { createNudger } from '../../../app/nudge.ts';
import { statusQuery, taskWorkflowId } from '../../../workflows/messages.ts';
import { waitSteadily } from '../../support/wait-for.ts';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { median } from '../median.ts';
import type { Board } from '../parked-board.ts';
import { withParkedBoard } from '../parked-board.ts';
import { shared } from '../shared.ts';

const PROJECT = 'MANY';
const TASKS = 2_000;
const WAKES = 40;
const SWEEP_MS = 600_000;
const KIB_PER_GIB = 1_048_576;

type Many = { kibPerTask: number; wakes: { coldMs: number; cachedMs: number }[] };

/** One process holds workers and api, and a cache of the usual size. */
export const parkedPerGib: Figure = {
  figure: 'parked tasks per GiB of worker and api memory',
  unit: 'tasks',
  better: 'more',
  aim: 5_000,
  limit: 2_500,
  measure: async (bench) => {
    const { kibPerTask } = await many(bench);
    return { value: Math.round(KIB_PER_GIB / kibPerTask), raw: { tasks: TASKS, kibPerTask: Math.round(kibPerTask) } };
  },
};

/** Of a task that fell out of the cache, whose history is replayed first, and of the same task right after. */
export const coldWake: Figure = {
  figure: 'wake of a parked task, replayed over cached',
  unit: '×',
  aim: 3,
  limit: 5,
  measure: async (bench) => {
    const { wakes } = await many(bench);
    const cold = median(wakes.map(({ coldMs }) => coldMs));
    const cached = median(wakes.map(({ cachedMs }) => cachedMs));
    const value = Math.round((cold / cached) * 100) / 100;
    return { value, raw: { wakes: wakes.length, coldMs: rounded(cold), cachedMs: rounded(cached) } };
  },
};

const many = shared(async (bench: Bench): Promise<Many> => {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-bench-many-'));
  const api = await startServer(apiOf(bench), { port: 0 });
  try {
    const options = { folder, tasks: TASKS, sweepMs: SWEEP_MS, project: PROJECT };
    return await withParkedBoard(bench, options, async (board, kibPerTask) => ({
      kibPerTask,
      wakes: await wakesOf(bench, board),
    }));
  } finally {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  }
});

function apiOf({ temporal: { client } }: Bench): ReturnType<typeof createApp> {
  return createApp({
    secrets: { local: ['of this bench'] },
    read: () => ({ kind: 'ignored', why: 'nothing is sent here' }),
    nudge: createNudger({ client, projectsOf: () => [] }),
    ready: async () => undefined,
    requestsPerMinute: 1_000,
    log: pino({ level: 'silent' }),
  });
}

/** The first tasks were the first to fall out of the cache. */
async function wakesOf(bench: Bench, board: Board): Promise<Many['wakes']> {
  const wakes: Many['wakes'] = [];
  for (let n = 1; n <= WAKES; n++) {
    const coldMs = await wake(bench, board, n);
    wakes.push({ coldMs, cachedMs: await wake(bench, board, n) });
  }
  return wakes;
}

/** Milliseconds from the nudge until the task reads its card; then it waits again. */
async function wake({ temporal: { client } }: Bench, board: Board, n: number): Promise<number> {
  const read = board.cardRead(n);
  const sent = performance.now();
  await board.nudge(n);
  const at = await read;
  const handle = client.workflow.getHandle(taskWorkflowId(`${PROJECT}-${n}`));
  await waitSteadily(async () => (await handle.query(statusQuery)).status === 'waiting', 'the next wait', 30_000, 5);
  return at - sent;
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
