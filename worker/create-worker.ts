import type {
  ActivityInterceptorsFactory,
  NativeConnection,
  WorkerOptions,
  WorkflowBundleOption,
} from '@temporalio/worker';
import { Worker } from '@temporalio/worker';

/** Task queues by the kind of work; one tracker queue per tracker, so that each has a rate of its own. */
export type WorkerQueues = { control: string; agents: string; release: string; trackers: readonly string[] };

export type CreateWorkersOptions = {
  connection: NativeConnection;
  namespace: string;
  /** Shown in the Web UI with everything this process did. */
  identity: string;
  queues: WorkerQueues;
  /** What of them this process works on; all when absent. */
  serves?: readonly QueueKind[];
  /** As `workflowBundle` gives it. `elsewhere`: another process runs the workflows, this one their activities. */
  bundle: WorkflowBundleOption | 'elsewhere';
  /** Every queue can run every activity; the workflow says which queue it belongs to. */
  activities: object;
  /** Agents that may run at a time on this host. */
  agentSlots: number;
  /** Requests a second per tracker, over all workers; the server counts. */
  trackerRate: number;
  /** Default 500. 0 replays the whole history at each step; tests use it to find what is not deterministic. */
  maxCachedWorkflows?: number;
  /** Counted from the start of a shutdown; default 20 s and 60 s. */
  shutdownTimes?: { graceMs: number; forceMs: number };
  /** Around every try of every activity. */
  activityInterceptors?: readonly ActivityInterceptorsFactory[];
};

export type WorkerStatus = { queue: string; state: ReturnType<Worker['getState']> };

export type Workers = {
  /** Runs until `shutdown`; when one worker fails the others are shut down and its error is thrown. Call it once. */
  run: () => Promise<void>;
  /** Takes nothing new; running activities get the grace, then they are cancelled, and at `forceMs` left behind. */
  shutdown: () => void;
  status: () => WorkerStatus[];
};

const SHUTDOWN_TIMES = { graceMs: 20_000, forceMs: 60_000 };

/**
 * A cached task costs about 400 KiB (`npm run bench`), so this many stay below 200 MiB. A parked task looks once in
 * minutes: one that fell out of the cache is replayed, which costs it milliseconds.
 */
const CACHED_WORKFLOWS = 500;
/** Each loads the SDK and the bundle for itself: a fifth of a worker's start. A decision takes a millisecond. */
const WORKFLOW_THREADS = 1;
/**
 * A task that a dead worker has in its cache waits this long for it, before any other may have it. Longer than a busy
 * worker needs to get to it, or it would replay what it has cached.
 */
const STICKY_TIMEOUT = '2s';
/**
 * The SDK holds heartbeats back for up to 80 % of their timeout, and with them the order to cancel. Activities beat
 * seldom enough by themselves.
 */
const HEARTBEATS_APART = '2s';

export type QueueKind = 'control' | 'agents' | 'release' | 'tracker';

/** Creates the workers of one process: of workflows and gates, agents, releases, and one per tracker, what it serves. */
export async function createWorkers(options: CreateWorkersOptions): Promise<Workers> {
  const workers: Worker[] = [];
  try {
    for (const [kind, taskQueue] of served(options)) {
      workers.push(await Worker.create({ ...common(options), ...byKind(kind, options), taskQueue }));
    }
  } catch (error) {
    // A worker that never ran keeps its connection, and closing that would wait for ever.
    const unused = together(workers);
    unused.shutdown();
    await unused.run();
    throw error;
  }
  return together(workers);
}

function served({ queues, serves }: CreateWorkersOptions): [QueueKind, string][] {
  const all: [QueueKind, string][] = [
    ['control', queues.control],
    ['agents', queues.agents],
    ['release', queues.release],
    ...queues.trackers.map((queue): [QueueKind, string] => ['tracker', queue]),
  ];
  return all.filter(([kind]) => serves?.includes(kind) ?? true);
}

function common(options: CreateWorkersOptions): Omit<WorkerOptions, 'taskQueue'> {
  const { connection, namespace, identity, activities, activityInterceptors = [] } = options;
  const { graceMs, forceMs } = options.shutdownTimes ?? SHUTDOWN_TIMES;
  return {
    connection,
    namespace,
    identity,
    activities,
    shutdownGraceTime: graceMs,
    shutdownForceTime: forceMs,
    maxHeartbeatThrottleInterval: HEARTBEATS_APART,
    defaultHeartbeatThrottleInterval: HEARTBEATS_APART,
    maxCachedWorkflows: 0,
    interceptors: { activity: [...activityInterceptors] },
  };
}

function byKind(kind: QueueKind, options: CreateWorkersOptions): Partial<WorkerOptions> {
  switch (kind) {
    case 'control':
      if (options.bundle === 'elsewhere') return {};
      return {
        workflowBundle: options.bundle,
        maxCachedWorkflows: options.maxCachedWorkflows ?? CACHED_WORKFLOWS,
        workflowThreadPoolSize: WORKFLOW_THREADS,
        stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
      };
    case 'agents':
      return { maxConcurrentActivityTaskExecutions: options.agentSlots };
    case 'tracker':
      return { maxTaskQueueActivitiesPerSecond: options.trackerRate };
    case 'release':
      return {};
  }
}

function together(workers: readonly Worker[]): Workers {
  let stopping = false;
  const shutdown = (): void => {
    stopping = true;
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    shutdown,
    status: () => workers.map((worker) => ({ queue: worker.options.taskQueue, state: worker.getState() })),
    run: async () => {
      const runs = workers.map(async (worker) => {
        try {
          await worker.run();
        } finally {
          shutdown();
        }
      });
      if (stopping) shutdown();
      const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
}
