import { Context } from '@temporalio/activity';
import type { Activities } from '../../../activities/index.ts';
import { classified } from '../../../activities/to-failure.ts';
import type { ActionAnswer, ActionInput } from '../../../activities/release/input.ts';
import type { TaskSpec } from '../../../domain/state.ts';
import { instantActivities } from '../../bench/instant-activities.ts';
import type { Followed } from '../../bench/plan.ts';
import { follow } from '../../bench/plan.ts';
import type { Card } from './card.ts';
import type { Part } from './part.ts';

/** A task as its activities know it. */
export type Played = {
  part: Part;
  card: Card;
  count: (name: string) => number;
  /** Side effects by what names them, each as often as it was asked for. */
  effects: string[];
};

const USUAL: Followed = follow({}, () => undefined);
const ACTIONS = ['sync', 'candidate', 'land', 'promote', 'restore', 'revert'] as const;

/** Every activity answers from memory, as the task's part says. */
export function rehearsalActivities(taskOf: (key: string) => Played): Activities {
  const usual = instantActivities(() => USUAL);
  const actions = Object.fromEntries(
    ACTIONS.map((action) => [
      action,
      (input: ActionInput) => act(usual[action], action, taskOf(input.spec.key), input),
    ]),
  ) as Pick<Activities, (typeof ACTIONS)[number]>;

  async function begin(name: keyof Activities, { key }: TaskSpec, effect?: string): Promise<Played> {
    const task = taskOf(key);
    await task.part.before?.(name);
    if (effect !== undefined) task.effects.push(`${name} ${effect}`);
    return task;
  }

  return classified({
    ...usual,
    ...actions,
    judgeGate: async (input) => {
      const { part, count } = taskOf(input.spec.key);
      const verdict = await part.judge?.(input.gate, count(`look at ${input.gate}`), input);
      return verdict ? { verdict } : usual.judgeGate(input);
    },
    runAgent: async (input) => {
      const { part, count, effects } = taskOf(input.spec.key);
      effects.push(`agent ${input.attempt}`);
      const play = Promise.resolve(part.agent?.(input.role.name, count(`run of ${input.role.name}`), input));
      // Like a real run it ends with its worker.
      const played = (await Promise.race([play, Context.current().cancelled])) ?? {};
      const run = await usual.runAgent(input);
      const { exit = run.exit, ...said } = played;
      const report =
        run.report.kind === 'valid' ? { ...run.report, report: { ...run.report.report, ...said } } : run.report;
      return { ...run, exit, report };
    },
    pushWork: async (input) => {
      await begin('pushWork', input.spec, input.attempt);
      return usual.pushWork(input);
    },
    publishReview: async (input) => void (await begin('publishReview', input.spec, input.attempt)),
    publishReport: async (input) => void (await begin('publishReport', input.spec, input.attempt)),
    readCard: async ({ spec }) => (await begin('readCard', spec)).card.look(),
    writeCard: async (input) => {
      const { card, part } = await begin('writeCard', input.spec);
      const answer = card.write(input);
      return answer.kind === 'written' && answer.notices === 'sent'
        ? { ...answer, notices: part.notices ?? 'sent' }
        : answer;
    },
    remark: async ({ spec, remark }) => (await begin('remark', spec)).card.remark(remark),
    notify: async ({ marker }) => {
      const key = marker.split('#')[0] ?? '';
      const task = taskOf(key);
      await task.part.before?.('notify');
      task.effects.push(`notify ${marker}`);
    },
  } satisfies Activities);
}

async function act(
  usual: (input: ActionInput) => Promise<ActionAnswer>,
  action: (typeof ACTIONS)[number],
  { part, count, effects }: Played,
  input: ActionInput,
): Promise<ActionAnswer> {
  const verdict = await part.act?.(action, count(action), input);
  effects.push(`${action} ${input.attempt}`);
  return verdict ? { verdict } : usual(input);
}
