import { expect, it } from 'vitest';
import { nudgeSignal, taskWorkflowId } from '../../workflows/messages.ts';
import { untilAsked, untilLookedAt } from './support/card.ts';
import { overheard } from './support/overheard.ts';
import { decide, explain, outcomeOf } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: development, work: 'agent: developer', leave: [ci],                       pass: review, fail: development }
      - { name: review,      work: 'agent: reviewer',  leave: [{ gate: review, cap: 2 }], pass: done,   fail: development }`;

const TICKS = 6;
const heard = overheard();
const world = useWorld({
  yaml: tableConfig(ROWS, { roles: ['developer', 'reviewer'] }),
  script: { reviewer: [{ verdict: 'fail', findings: ['the greeting is not friendly'] }] },
  ports: heard.ports,
});

it(
  'infinite-bounce: at the cap one question, one notification, and not one agent run over many timers and nudges',
  async () => {
    const key = await world().enter();
    await untilAsked(world(), key);
    const asked = await explain(world(), key);
    expect(asked.question).toMatchObject({ cause: 'cap', gate: 'review', stage: 'review' });
    expect(asked.log.filter(({ what, kind }) => what === 'ci' && kind === 'fail')).toEqual([]);
    expect(asked.ledger).toMatchObject({ bounces: { 'review/review': 2 }, total: 2, agentRuns: 4 });
    const before = { runs: await world().runs(), card: await cardOf(world(), key) };

    await untilLookedAt(world(), key, TICKS);
    for (const source of ['forge', 'tracker', 'person'] as const) {
      await world().client.workflow.getHandle(taskWorkflowId(key)).signal(nudgeSignal, { source });
    }
    await untilLookedAt(world(), key, 2);

    expect({ runs: await world().runs(), card: await cardOf(world(), key) }).toEqual(before);
    expect(heard.about(key).map(({ marker }) => marker)).toEqual([`${key}#1/question/1`]);
    const after = await explain(world(), key);
    expect({ ...after.ledger, wakes: 0 }).toEqual({ ...asked.ledger, wakes: 0 });
    expect(after.question).toEqual(asked.question);

    await decide(world(), key, { number: 1, answer: 'abort' });
    expect(await outcomeOf(world(), key)).toEqual('aborted');
  },
  TEST_MS,
);
