import type { Answer } from '../../../domain/question.ts';
import { decideUpdate, explainQuery, statusQuery, taskWorkflowId } from '../../../workflows/messages.ts';
import type { ExplainView, TaskView } from '../../../workflows/messages.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { World } from './world.ts';

const LONG_MS = 40_000;

export function statusOf({ client }: World, key: string): Promise<TaskView | undefined> {
  return client.workflow
    .getHandle(taskWorkflowId(key))
    .query(statusQuery)
    .catch(() => undefined);
}

export function explain({ client }: World, key: string): Promise<ExplainView> {
  return client.workflow.getHandle(taskWorkflowId(key)).query(explainQuery);
}

/** The status as soon as it is what the test waits for; a wait in vain says where the task stands instead. */
export async function until(
  world: World,
  key: string,
  what: string,
  holds: (view: TaskView) => boolean,
): Promise<TaskView> {
  const seen = async (): Promise<TaskView | undefined> => {
    const view = await statusOf(world, key);
    return view && holds(view) ? view : undefined;
  };
  try {
    return await waitFor(seen, `${key}: ${what}`, LONG_MS);
  } catch (error) {
    const view = await explain(world, key);
    const log = view.log.map((entry) => `${entry.stage} ${entry.what} ${entry.kind}: ${entry.say}`);
    throw new Error([String(error), `${view.stage} ${view.status}: ${view.sentence}`, ...log].join('\n'), { cause: error });
  }
}

/** Waits for the task's question and answers it as an operator's command would. */
export async function answerApproval(world: World, key: string, answer: Answer, words?: string): Promise<string> {
  const view = await until(world, key, 'a question', ({ question }) => question?.told === 'told');
  return decide(world, key, { number: view.question?.number ?? 0, answer, ...(words === undefined ? {} : { words }) });
}

export function decide(
  { client }: World,
  key: string,
  decision: { number: number; answer: Answer; words?: string; stage?: string },
): Promise<string> {
  return client.workflow
    .getHandle(taskWorkflowId(key))
    .executeUpdate(decideUpdate, { args: [{ ...decision, by: 'ada' }] });
}

export async function outcomeOf(world: World, key: string): Promise<string | undefined> {
  const view = await until(world, key, 'the end', ({ end }) => end !== undefined);
  return view.end?.outcome;
}
