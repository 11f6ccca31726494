/** Real workflows on a real server, with activities that answer from memory: whatever a task may meet, in milliseconds. */

import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../../../activities/index.ts';
import { queuesOf } from '../../../app/tasks-of.ts';
import { specOf } from '../../../domain/admit.ts';
import { DEFAULT_PIPELINE } from '../../../domain/default-pipeline.ts';
import type { Pipeline } from '../../../domain/pipeline.ts';
import { workflowBundle } from '../../../worker/bundle.ts';
import type { deliverTask } from '../../../workflows/deliver-task.ts';
import type { Queues, TaskInput } from '../../../workflows/messages.ts';
import { taskWorkflowId, WORKFLOWS } from '../../../workflows/messages.ts';
import type { ProvidedTemporal } from '../temporal-server.ts';
import { connectTo, withWorkers } from '../workers.ts';
import type { Played } from './activities.ts';
import { rehearsalActivities } from './activities.ts';
import type { Card } from './card.ts';
import { createCard } from './card.ts';
import type { Part } from './part.ts';
import { counter } from './part.ts';

export type RehearsalOptions = {
  /** Of the task's keys; unique on the server unless it is said. */
  project?: string;
  /** In place of the product's workflows. */
  bundle?: WorkflowBundleOption;
  /** In place of those that answer from memory, e.g. what an intake asks. */
  activities?: Partial<Activities>;
};

export type Story = Part & Pick<TaskInput, 'continueAfterEvents' | 'rulesVersion'> & { pipeline?: Pipeline };

export type Rehearsal = {
  client: Client;
  project: string;
  queues: Queues;
  /** Starts a task; returns its key. Without a table it has the default one, with looks in milliseconds. */
  start: (story?: Story) => Promise<string>;
  handle: (key: string) => WorkflowHandle<typeof deliverTask>;
  card: (key: string) => Card;
  /** Agents, pushes, reviews, releases and notices, each with the key that makes it one, as often as it was asked for. */
  effects: (key: string) => string[];
};

/** Workers of its own while `work` runs. */
export async function withRehearsal<T>(
  server: ProvidedTemporal,
  options: RehearsalOptions,
  work: (rehearsal: Rehearsal) => Promise<T>,
): Promise<T> {
  const { project = uniqueProject(), activities = {} } = options;
  const temporal = await connectTo(server);
  const queues = queuesOf(`${project.toLowerCase()}-`)(project);
  const tasks = new Map<string, Played>();
  const taskOf = (key: string): Played => {
    const task = tasks.get(key);
    if (!task) throw new Error(`No task ${key} was started here`);
    return task;
  };
  const workers = {
    bundle: options.bundle ?? (await workflowBundle({ cacheRoot: server.cacheRoot })),
    activities: { ...rehearsalActivities(taskOf), ...activities },
    queues: { ...queues, trackers: [queues.tracker] },
    agentSlots: 20,
  };
  const handle = (key: string): WorkflowHandle<typeof deliverTask> =>
    temporal.client.workflow.getHandle<typeof deliverTask>(taskWorkflowId(key));
  try {
    return await withWorkers(temporal, workers, () =>
      work({
        client: temporal.client,
        project,
        queues,
        handle,
        card: (key) => taskOf(key).card,
        effects: (key) => [...taskOf(key).effects],
        start: async ({ pipeline = quickPipeline(), continueAfterEvents, rulesVersion, ...part } = {}) => {
          const key = `${project}-${tasks.size + 1}`;
          tasks.set(key, { part, card: createCard(), count: counter(), effects: [] });
          const spec = specOf({ key, title: 'Greet the visitor' }, { key: project, repo: 'product', base: 'main' }, 1);
          const input: TaskInput = {
            spec,
            pipeline,
            queues,
            ...(rulesVersion === undefined ? {} : { rulesVersion }),
            ...(continueAfterEvents === undefined ? {} : { continueAfterEvents }),
          };
          const options = { workflowId: taskWorkflowId(key), taskQueue: queues.control, args: [input] as [TaskInput] };
          await temporal.client.workflow.start<typeof deliverTask>(WORKFLOWS.task, options);
          return key;
        },
      }),
    );
  } finally {
    await temporal.close();
  }
}

const POLL = { first: 40, longest: 80 };

/** A table whose every look is milliseconds from the last; `approval` has the interval of a person. */
export function quickPipeline(pipeline: Pipeline = DEFAULT_PIPELINE): Pipeline {
  const quick = (gates: Pipeline['stages'][number]['enter']) => gates.map((gate) => ({ ...gate, pollMs: POLL }));
  return {
    ...pipeline,
    stages: pipeline.stages.map((stage) => ({ ...stage, enter: quick(stage.enter), leave: quick(stage.leave) })),
    looks: { troubleMs: 60, personMs: 60, retryMs: 5, debounceMs: 10 },
  };
}

/** The default table's rows of these names, each leading to the next. */
export function rowsOf(...names: string[]): Pipeline {
  const stages = DEFAULT_PIPELINE.stages.filter(({ name }) => names.includes(name));
  const first = stages[0]?.name ?? '';
  const linked = stages.map((stage, index) => {
    const back = (to: string): string => (names.includes(to) || to === 'operators' ? to : first);
    const gates = (rows: typeof stage.enter) => rows.map((gate) => ({ ...gate, onFail: back(gate.onFail) }));
    const onPass = stages[index + 1]?.name ?? 'done';
    return { ...stage, enter: gates(stage.enter), leave: gates(stage.leave), onPass, onFail: back(stage.onFail) };
  });
  return quickPipeline({ ...DEFAULT_PIPELINE, stages: linked });
}

function uniqueProject(): string {
  return `R${randomUUID().slice(0, 8).toUpperCase()}`;
}
