import { createActivities } from '../../activities/index.ts';
import type { Tracker } from '../../activities/ports.ts';
import { createLocalBoard } from '../../adapters/local/tracker/board.ts';
import { createLocalTracker } from '../../adapters/local/tracker/tracker.ts';
import { createTasks, ensureIntake } from '../../app/tasks.ts';
import { queuesOf } from '../../app/tasks-of.ts';
import { DEFAULT_STATE_NAMES } from '../../domain/card.ts';
import { pending } from '../../domain/verdict.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { nudgeSignal, projectWorkflowId, taskWorkflowId } from '../../workflows/messages.ts';
import { createFakePorts } from '../fakes/ports.ts';
import { withWorkers } from '../support/workers.ts';
import type { Bench } from './bench.ts';
import { countdown } from './countdown.ts';
import { PARKED } from './parked.ts';

const KIB = 1_024;

/** A local board whose every card has a task that waits at its first gate; webhooks do not exist here. */
export type Board = {
  /** Resolves when the next sweep has read the board. */
  swept: () => Promise<void>;
  /** Requests to the tracker so far. */
  calls: () => number;
  /** A person moves card number `n` to Blocked. */
  block: (n: number) => Promise<void>;
  /** Tells the task of card number `n` to look at its card. */
  nudge: (n: number) => Promise<void>;
  /** When the task of card number `n` reads its card next, on `performance.now()`'s clock. */
  cardRead: (n: number) => Promise<number>;
};

export type ParkedOptions = { folder: string; tasks: number; sweepMs: number; project?: string };

/** Real intake and tasks over a real local board. `work` gets what the workers grew by for each task, in KiB. */
export async function withParkedBoard<T>(
  { temporal, cacheRoot }: Bench,
  { folder, tasks: count, sweepMs, project: name = 'PARKED' }: ParkedOptions,
  work: (board: Board, kibPerTask: number) => Promise<T>,
): Promise<T> {
  const { client } = temporal;
  const queues = queuesOf(`${name.toLowerCase()}-`)(name);
  const shared = { root: folder, now: Date.now, announce: () => undefined };
  const board = createLocalBoard(shared);
  const keyOf = (n: number): string => `${name}-${n}`;
  await board.createBoard({ project: name });
  const entry = DEFAULT_STATE_NAMES.entry;
  for (let n = 0; n < count; n++)
    await board.addCard({ project: name, title: 'Wait', body: '', by: 'ada', stateName: entry });

  const project = { key: name, repo: 'product', base: 'main', sweepMs, pipeline: PARKED };
  const options = { client, queuesOf: () => queues, projectOf: () => project };
  const tracker = counting(
    createLocalTracker({
      ...shared,
      stateNames: { [name]: DEFAULT_STATE_NAMES },
      ourActor: 'conveyor',
      onBadCard: () => undefined,
    }),
  );
  const { ports, world } = createFakePorts();
  world.intake = { sweepMs, fullSweepMs: 86_400_000 };
  const activities = createActivities({ ...ports, tracker: tracker.port, tasks: createTasks(options) });
  const gates = countdown(count);
  const cards = moments();
  const swept = moments();

  const watched = {
    ...activities,
    judgeGate: async () => {
      gates.next();
      return { verdict: pending('unit on the head') };
    },
    readCard: async (input: Parameters<typeof activities.readCard>[0]) => {
      const seen = await activities.readCard(input);
      cards.tell(input.spec.key);
      return seen;
    },
    sweep: async (input: Parameters<typeof activities.sweep>[0]) => {
      const found = await activities.sweep(input);
      swept.tell(name);
      return found;
    },
  };
  const workers = {
    bundle: await workflowBundle({ cacheRoot }),
    activities: watched,
    queues: { ...queues, trackers: [queues.tracker] },
  };
  return withWorkers(temporal, workers, async () => {
    const before = process.memoryUsage().rss;
    await ensureIntake(options, name);
    await gates.over;
    const kibPerTask = (process.memoryUsage().rss - before) / KIB / count;
    try {
      return await work(
        {
          swept: async () => void (await swept.next(name)),
          calls: tracker.calls,
          block: async (n) => {
            const stateName = DEFAULT_STATE_NAMES.blocked;
            await board.moveCard({ project: name, key: keyOf(n), stateName, by: 'ada' });
          },
          nudge: (n) => client.workflow.getHandle(taskWorkflowId(keyOf(n))).signal(nudgeSignal, { source: 'tracker' }),
          cardRead: (n) => cards.next(keyOf(n)),
        },
        kibPerTask,
      );
    } finally {
      // The tasks stay parked: their timers are an hour away, and the server ends with the bench.
      await client.workflow.getHandle(projectWorkflowId(name)).terminate();
    }
  });
}

function counting(real: Tracker): { port: Tracker; calls: () => number } {
  let count = 0;
  const counted = Object.entries(real).map(([name, method]: [string, (...args: never[]) => unknown]) => [
    name,
    (...args: never[]) => {
      count++;
      return method(...args);
    },
  ]);
  return { port: Object.fromEntries(counted) as Tracker, calls: () => count };
}

/** When each name is told next. */
function moments() {
  const waiting = new Map<string, (at: number) => void>();
  return {
    next: (name: string): Promise<number> => new Promise((resolve) => waiting.set(name, resolve)),
    tell: (name: string): void => waiting.get(name)?.(performance.now()),
  };
}
