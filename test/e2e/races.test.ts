import { describe, expect, it } from 'vitest';
import { nudgeSignal, taskWorkflowId } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { moveTo, remarksOf, untilAsked } from './support/card.ts';
import { overheard } from './support/overheard.ts';
import { decide, explain, outcomeOf } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

const ROWS = `
      - { name: analysis, work: 'agent: analyst', leave: [artifacts, approval], pass: done, fail: analysis }`;
const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

/** The same numbers for the same seed, from 0 to below 1. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('a decision, a move of the card and nudges at the same moment', () => {
  const heard = overheard();
  const world = useWorld({ yaml: tableConfig(ROWS, { roles: ['analyst'] }), ports: heard.ports });

  it.concurrent.each(SEEDS)(
    'have one effect, and explain says whose it was (seed %i)',
    async (seed) => {
      const key = await world().enter({ title: `Race ${seed}` });
      await untilAsked(world(), key);
      const refused = await race(key, randomOf(seed));

      const settled = async () => {
        const view = await explain(world(), key);
        return view.closed?.some(({ number, message }) => number === 1 && message === 'edited') && view;
      };
      const { closed = [] } = await waitFor(settled, 'the end of question 1', 120_000, 80);
      const [first] = closed;
      expect(['answered: approve by bob', 'answered: reject by ada']).toContain(first?.how);
      await (first?.how === 'answered: approve by bob'
        ? approvedByCommand(key, refused)
        : rejectedByCard(key, refused));

      const about = heard.about(key).filter(({ topic }) => topic === `${key}#1/question/1`);
      expect(about.map(({ marker }) => marker.replace(`${key}#1/question/1`, ''))).toEqual(['', '/closed']);
      expect(about.at(-1)?.text).toEqual(`${key} question 1, ${first?.how}`);
    },
    TEST_MS,
  );

  /** All at once but for a few milliseconds that the seed gives; the answer is why the command was refused. */
  async function race(key: string, random: () => number): Promise<string | undefined> {
    const task = world().client.workflow.getHandle(taskWorkflowId(key));
    const nudge = (): Promise<void> => task.signal(nudgeSignal, { source: random() < 0.5 ? 'tracker' : 'forge' });
    const command = async (): Promise<string | undefined> => {
      try {
        await decide(world(), key, { number: 1, answer: 'approve' }, 'bob');
        return undefined;
      } catch (error) {
        return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      }
    };
    const events = [command, () => moveTo(world(), key, 'rejected'), nudge, nudge, nudge];
    const order = events.map((event) => ({ event, place: random() })).toSorted((a, b) => a.place - b.place);
    const done = await Promise.all(order.map(({ event }) => event()));
    return done.find((answer) => answer !== undefined);
  }

  async function approvedByCommand(key: string, refused: string | undefined): Promise<void> {
    expect(refused).toBeUndefined();
    expect(await outcomeOf(world(), key)).toEqual('done');
    const { ledger } = await explain(world(), key);
    expect(ledger).toMatchObject({ approvals: 1, agentRuns: 1, total: 0 });
    expect((await cardOf(world(), key)).state).toEqual(world().project.states.done);
    // The move came too late for an answer. It was said so, unless the task was over before anybody looked.
    expect((await remarksOf(world(), key)).length).toBeLessThanOrEqual(1);
  }

  async function rejectedByCard(key: string, refused: string | undefined): Promise<void> {
    expect(refused).toMatch(/question 1 is not open \(answered: reject by ada\)/);
    await untilAsked(world(), key, 2);
    const { ledger } = await explain(world(), key);
    expect(ledger).toMatchObject({ approvals: 0, agentRuns: 2, total: 0 });
    expect(await remarksOf(world(), key)).toEqual([]);
    await decide(world(), key, { number: 2, answer: 'approve' });
    expect(await outcomeOf(world(), key)).toEqual('done');
  }
});
