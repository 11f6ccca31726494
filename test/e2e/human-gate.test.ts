import { describe, expect, it } from 'vitest';
import type { CardRole } from '../../domain/card.ts';
import { nudgeSignal, taskWorkflowId } from '../../workflows/messages.ts';
import { count, moveTo, untilAsked, untilAtWork, untilLookedAt } from './support/card.ts';
import { decide, explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: analysis,    work: 'agent: analyst',   leave: [artifacts, approval], pass: development, fail: analysis }
      - { name: development, work: 'agent: developer', leave: [ci],                  pass: done,        fail: development }`;

type Moment = 'an agent works' | 'an approval is asked' | 'a gate waits';

describe('human-gate: while a person holds the card', () => {
  const sent: string[] = [];
  const world = useWorld({
    yaml: tableConfig(ROWS, {
      roles: ['analyst', 'developer'],
      project: '    policy: { requiredContexts: [unit, outside] }',
    }),
    ports: ({ notifier }) => ({
      notifier: {
        send: async (message) => {
          sent.push(message.marker);
          await notifier.send(message);
        },
      },
    }),
  });

  const CASES = (['blocked', 'needsInput'] as const).flatMap((role) =>
    (['an agent works', 'an approval is asked', 'a gate waits'] as const).map((moment) => ({ role, moment })),
  );

  it.concurrent.each(CASES)(
    'in $role, where $moment, nothing happens until it is moved back',
    async ({ role, moment }) => {
      const key = await enterUntil(moment, role);
      await moveTo(world(), key, role);
      await world().release(`released-${key}`);
      const held = await until(world(), key, 'the hold', ({ status, ledger }) => {
        return status === 'held' && (moment !== 'an agent works' || ledger.agentRuns === 1);
      });
      expect(held.sentence).toEqual('held by ada: move the card back to go on');

      const before = await everythingOf(key);
      const { client } = world();
      for (const source of ['forge', 'tracker', 'person'] as const) {
        await client.workflow.getHandle(taskWorkflowId(key)).signal(nudgeSignal, { source });
      }
      await untilLookedAt(world(), key, 3);
      expect(await everythingOf(key)).toEqual(before);

      await moveTo(world(), key, 'entry');
      await finish(key, moment);
      expect(await explain(world(), key)).toMatchObject({ ledger: { agentRuns: 2, total: 0 } });
    },
    TEST_MS,
  );

  /** A task of its own, at that moment. */
  async function enterUntil(moment: Moment, role: CardRole): Promise<string> {
    const title = `${moment}, ${role}`;
    switch (moment) {
      case 'an agent works': {
        const key = await world().enter({ title, script: { analyst: [{ waitFor: 'released-{key}' }] } });
        await untilAtWork(world(), key, 'analyst');
        return key;
      }
      case 'an approval is asked': {
        const key = await world().enter({ title });
        await untilAsked(world(), key);
        return key;
      }
      case 'a gate waits': {
        const key = await world().enter({ title });
        await untilAsked(world(), key);
        await decide(world(), key, { number: 1, answer: 'approve' });
        await until(
          world(),
          key,
          'the wait',
          ({ status, sentence }) => status === 'waiting' && sentence.includes('outside'),
        );
        return key;
      }
    }
  }

  /** Its agents' runs, its card with every comment and move, and all that was sent about it. */
  async function everythingOf(key: string): Promise<unknown> {
    const { ledger, log } = await explain(world(), key);
    const { wakes: _looks, ...spent } = ledger;
    return {
      runs: (await world().runs()).filter((run) => run.startsWith(`${key} `)),
      card: await cardOf(world(), key),
      sent: sent.filter((marker) => marker.startsWith(`${key}#`)),
      writes: [await count(world(), key, 'card to entry'), await count(world(), key, 'card to asking')],
      spent,
      log,
    };
  }

  /** The approval may have been open all the time; the check from outside is green at last. */
  async function finish(key: string, moment: Moment): Promise<void> {
    if (moment !== 'a gate waits') {
      await untilAsked(world(), key);
      await decide(world(), key, { number: 1, answer: 'approve' });
    }
    const { subjects } = await until(world(), key, 'the wait', ({ status, sentence }) => {
      return status === 'waiting' && sentence.includes('outside');
    });
    const success = { context: 'outside', state: 'success', description: 'fine' } as const;
    await world().forge.setStatus(world().project.repo, subjects.head ?? '', success);
    expect(await outcomeOf(world(), key)).toEqual('done');
  }
});
