import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import { startDevServer } from '../../adapters/temporal/dev-server.ts';
import { findTemporalCli } from '../../adapters/temporal/find-cli.ts';
import { createTasks } from '../../app/tasks.ts';
import { queuesOf } from '../../app/tasks-of.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import type { GateSettings } from '../../domain/pipeline.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { statusQuery, taskWorkflowId } from '../../workflows/messages.ts';
import type { Queues } from '../../workflows/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import type { TestTemporal } from '../support/workers.ts';
import { connectTo, withWorkers } from '../support/workers.ts';
import { approve } from './approve.ts';
import { instantActivities } from './instant-activities.ts';
import type { Followed, Plan } from './plan.ts';
import { follow } from './plan.ts';

const PROJECT = 'BENCH';

export type Delivered = { workflowId: string; durationMs: number };

export type Bench = {
  temporal: TestTemporal;
  cacheRoot: string;
  /** Queues of the tasks that `deliver` starts. */
  queues: Queues;
  /** One task of the default table from its start to done, its approval answered at once. */
  deliver: (plan?: Plan) => Promise<Delivered>;
};

/** A Temporal server in memory and workers with instant activities, while `work` runs. */
export async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-bench-'));
  const cacheRoot = userCacheRoot(process.env, homedir());
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { path: cliPath } = await findTemporalCli({ env: process.env, cacheRoot, say });
  const server = await startDevServer({
    cliPath,
    folder,
    storage: 'memory',
    namespace: 'conveyor-bench',
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map(({ name, type }) => [name, type])),
    timers: 'fast',
  });
  const interrupted = (): void => void server.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const temporal = await connectTo(server);
    try {
      return await onServer(temporal, cacheRoot, work);
    } finally {
      await temporal.close();
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function onServer<T>(temporal: TestTemporal, cacheRoot: string, work: (bench: Bench) => Promise<T>): Promise<T> {
  const queues = queuesOf('bench-')(PROJECT);
  const plans = new Map<string, Followed>();
  const bundle = await workflowBundle({ cacheRoot });
  const activities = instantActivities((key) => planFor(plans, key));
  return withWorkers(temporal, { bundle, activities, queues: { ...queues, trackers: [queues.tracker] } }, () =>
    work({ temporal, cacheRoot, queues, deliver: (plan = {}) => deliver(temporal, queues, plans, plan) }),
  );
}

function planFor(plans: ReadonlyMap<string, Followed>, key: string): Followed {
  const plan = plans.get(key);
  if (!plan) throw new Error(`No task ${key} was started here`);
  return plan;
}

async function deliver(
  { client }: TestTemporal,
  queues: Queues,
  plans: Map<string, Followed>,
  plan: Plan,
): Promise<Delivered> {
  const key = `${PROJECT}-${plans.size + 1}`;
  const asked = new Promise<void>((resolve) => plans.set(key, follow(plan, resolve)));
  const tasks = createTasks({ client, queuesOf: () => queues, projectOf: () => project });
  const handle = client.workflow.getHandle(taskWorkflowId(key));
  const started = performance.now();
  await tasks.start(PROJECT, { key, title: 'Greet the visitor' }, 1);
  const told = async (): Promise<number | undefined> => {
    const { question } = await handle.query(statusQuery);
    return question?.told === 'told' ? question.number : undefined;
  };
  await approve(handle, { asked, told });
  await handle.result();
  return { workflowId: handle.workflowId, durationMs: performance.now() - started };
}

const POLL = { first: 10, longest: 10 };
/** A person is waited for as long as ever, or the next look would race with the answer. */
const quickGate = (gate: GateSettings): GateSettings => (gate.gate === 'approval' ? gate : { ...gate, pollMs: POLL });

/** The default table; only the distances between looks are shorter. */
const project = {
  key: PROJECT,
  repo: 'product',
  base: 'main',
  sweepMs: 60_000,
  pipeline: {
    ...DEFAULT_PIPELINE,
    stages: DEFAULT_PIPELINE.stages.map((stage) => ({
      ...stage,
      enter: stage.enter.map(quickGate),
      leave: stage.leave.map(quickGate),
    })),
    looks: { ...DEFAULT_PIPELINE.looks, debounceMs: 10 },
  },
};
