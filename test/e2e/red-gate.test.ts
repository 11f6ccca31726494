import { describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { count, untilAsked, untilLookedAt } from './support/card.ts';
import { overheard } from './support/overheard.ts';
import { decide, explain, outcomeOf } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

const LOOKS = 6;

describe('red-gate: a look that changes nothing tells nobody', () => {
  const heard = overheard();
  // prettier-ignore
  const rows = `
      - { name: checks, work: 'agent: developer', leave: [{ gate: ci, cap: 1 }], pass: done, fail: checks }`;
  const world = useWorld({ yaml: tableConfig(rows, { roles: ['developer'] }), ports: heard.ports });

  it(
    'a red check that is reported again and again, after the cap was reached',
    async () => {
      const key = await world().enter({ script: { developer: [{ files: { BROKEN: 'yes\n' } }] } });
      await untilAsked(world(), key);
      const { subjects } = await explain(world(), key);
      const before = await seen(key);

      for (let report = 0; report < LOOKS; report += 1) {
        const failure = { context: 'unit', state: 'failure', description: `again ${report}` } as const;
        await world().forge.setStatus(world().project.repo, subjects.head ?? '', failure);
      }
      await untilLookedAt(world(), key, LOOKS);
      expect(await seen(key)).toEqual(before);
      await end(key);
    },
    TEST_MS,
  );

  async function seen(key: string): Promise<unknown> {
    const { question, ledger, log } = await explain(world(), key);
    const runs = (await world().runs()).filter((run) => run.startsWith(`${key} `));
    return { question, total: ledger.total, log, runs, card: await cardOf(world(), key), sent: heard.about(key) };
  }

  async function end(key: string): Promise<void> {
    expect(heard.about(key).map(({ marker }) => marker)).toEqual([`${key}#1/question/1`]);
    await decide(world(), key, { number: 1, answer: 'abort' });
    expect(await outcomeOf(world(), key)).toEqual('aborted');
  }
});

describe('red-gate: a question that keeps reading', () => {
  const heard = overheard();
  const rows = `
      - { name: checks, work: 'agent: developer', leave: [{ gate: ci, limit: 1s }], pass: done, fail: checks }`;
  const world = useWorld({
    yaml: tableConfig(rows, { roles: ['developer'], project: '    policy: { requiredContexts: [outside] }' }),
    ports: heard.ports,
  });

  it(
    'asks once, reads its gate many times in silence, and is closed by what it finds',
    async () => {
      const key = await world().enter();
      await untilAsked(world(), key);
      const asked = await explain(world(), key);
      expect(asked.question).toMatchObject({ cause: 'limit', mode: 'reading' });
      const card = await cardOf(world(), key);
      const before = await count(world(), key, 'checks: read ci');
      const read = async (): Promise<boolean> => (await count(world(), key, 'checks: read ci')) >= before + LOOKS;
      await waitFor(read, `${LOOKS} looks at the gate`, 120_000, 80);
      expect(await cardOf(world(), key)).toEqual(card);
      expect(heard.about(key).map(({ marker }) => marker)).toEqual([`${key}#1/question/1`]);

      const success = { context: 'outside', state: 'success', description: 'fine' } as const;
      await world().forge.setStatus(world().project.repo, asked.subjects.head ?? '', success);
      expect(await outcomeOf(world(), key)).toEqual('done');
      // What asked is edited once, by the topic it has.
      const [question, closed, ...more] = heard.about(key);
      expect(more).toEqual([]);
      expect(closed).toMatchObject({ topic: question?.marker, marker: `${key}#1/question/1/closed` });
      expect(closed?.text).toMatch(/question 1, no longer asked: /);
    },
    TEST_MS,
  );
});
