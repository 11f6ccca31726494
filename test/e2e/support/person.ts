import type { Answer } from '../../../domain/question.ts';
import type { deliverTask } from '../../../workflows/deliver-task.ts';
import { decideUpdate, explainQuery, statusQuery, taskWorkflowId } from '../../../workflows/messages.ts';
import type { ExplainView, TaskView } from '../../../workflows/messages.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { World } from './world.ts';

/** Commands need no more than Temporal. */
type Reach = Pick<World, 'client'>;

/** Long enough for the busiest machine: a wait ends as soon as it may. */
const LONG_MS = 120_000;
/** Enough to say where a task stands that did not come to its end in time. */
const SHORT_MS = 1_000;
/** Seldom enough to leave the machine to the task. */
const LOOK_MS = 150;

export function statusOf({ client }: Reach, key: string): Promise<TaskView | undefined> {
  return client.workflow
    .getHandle(taskWorkflowId(key))
    .query(statusQuery)
    .catch(() => undefined);
}

/**
 * The status now, each time it is called. It is asked only after the task's history has grown: a query costs a worker
 * some work, a look at the length costs it none.
 */
export function watching(world: Reach, key: string): () => Promise<TaskView | undefined> {
  const handle = world.client.workflow.getHandle(taskWorkflowId(key));
  let seen: string | undefined;
  let view: TaskView | undefined;
  return async () => {
    const described = await handle.describe().catch(() => undefined);
    const at = described && `${described.runId} ${described.historyLength}`;
    if (at === undefined || at === seen) return view;
    view = await statusOf(world, key);
    seen = view && at;
    return view;
  };
}

export function explain({ client }: Reach, key: string): Promise<ExplainView> {
  return client.workflow.getHandle(taskWorkflowId(key)).query(explainQuery);
}

/** The status as soon as it is what the test waits for; a wait in vain says where the task stands instead. */
export async function until(
  world: Reach,
  key: string,
  what: string,
  holds: (view: TaskView) => boolean,
  timeoutMs = LONG_MS,
): Promise<TaskView> {
  const status = watching(world, key);
  const seen = async (): Promise<TaskView | undefined> => {
    const view = await status();
    return view && holds(view) ? view : undefined;
  };
  try {
    return await waitFor(seen, `${key}: ${what}`, timeoutMs, LOOK_MS);
  } catch (error) {
    const view = await explain(world, key);
    const log = view.log.map((entry) => `${entry.stage} ${entry.what} ${entry.kind}: ${entry.say}`);
    throw new Error([String(error), `${view.stage} ${view.status}: ${view.sentence}`, ...log].join('\n'), {
      cause: error,
    });
  }
}

/** Waits for the task's question and answers it as an operator's command would. */
export async function answerApproval(world: Reach, key: string, answer: Answer, words?: string): Promise<string> {
  const view = await until(world, key, 'a question', ({ question }) => question?.told === 'told');
  return decide(world, key, { number: view.question?.number ?? 0, answer, ...(words === undefined ? {} : { words }) });
}

export function decide(
  { client }: Reach,
  key: string,
  decision: { number: number; answer: Answer; words?: string; stage?: string },
  by = 'ada',
): Promise<string> {
  return client.workflow.getHandle(taskWorkflowId(key)).executeUpdate(decideUpdate, { args: [{ ...decision, by }] });
}

/** Waits for the task's end without asking it anything meanwhile. */
export async function outcomeOf(world: Reach, key: string): Promise<string | undefined> {
  await until(world, key, 'its start', () => true);
  const handle = world.client.workflow.getHandle<typeof deliverTask>(taskWorkflowId(key));
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), LONG_MS)));
  const end = await Promise.race([handle.result(), tooLong]).finally(() => clearTimeout(timer));
  return end?.outcome ?? (await until(world, key, 'the end', ({ end }) => end !== undefined, SHORT_MS)).end?.outcome;
}
