import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../domain/state.ts';
import { explain, outcomeOf } from './support/person.ts';
import { SHORT_ROLES, SHORT_ROWS, tableConfig } from './support/product.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

describe('a judged no goes where the table says, with its findings in the next prompt', () => {
  const world = useWorld({ yaml: tableConfig(SHORT_ROWS, { roles: SHORT_ROLES }) });

  it(
    'a failing tester sends the task to development',
    async () => {
      const findings = ['the greeting forgets the name', 'no test covers an empty name'];
      const key = await world().enter({ script: { tester: [{ verdict: 'fail', findings }, {}] } });
      expect(await outcomeOf(world(), key)).toEqual('done');

      const { ledger, log } = await explain(world(), key);
      expect(ledger.bounces).toEqual({ 'testing/tests': 1 });
      expect(ledger.total).toEqual(1);
      expect(workOf(log)).toEqual(['architect', 'developer', 'reviewer', 'tester', 'developer', 'reviewer', 'tester']);
      const [first, second, ...more] = await world().prompts(key, 'developer');
      expect(more).toEqual([]);
      expect(first).not.toContain(findings[0]);
      for (const text of findings) expect(second).toContain(text);
      // Settled by the second attempt: who works after it is not told again.
      expect((await world().prompts(key, 'reviewer'))[1]).not.toContain(findings[0]);
    },
    TEST_MS,
  );

  it(
    'a failing check sends the task to development before anybody reviews it',
    async () => {
      const broken = { files: { BROKEN: 'yes\n', 'service/{key}-{run}.txt': 'first\n' } };
      const mended = { files: { 'service/{key}-{run}.txt': 'second\n' }, remove: ['BROKEN'] };
      const key = await world().enter({ script: { developer: [broken, mended] } });
      expect(await outcomeOf(world(), key)).toEqual('done');

      const { ledger, log } = await explain(world(), key);
      expect(ledger.bounces).toEqual({ 'development/ci': 1 });
      expect(workOf(log)).toEqual(['architect', 'developer', 'developer', 'reviewer', 'tester']);
      const [, second] = await world().prompts(key, 'developer');
      expect(second).toContain('[unit]');
      expect(second).toContain('the file BROKEN is there');
      const judged = log.filter(({ what, kind }) => what === 'ci' && kind !== 'pending');
      expect(judged.map(({ kind }) => kind)).toEqual(['fail', 'pass']);
      expect(new Set(judged.map(({ subject }) => subject?.id)).size).toEqual(2);
    },
    TEST_MS,
  );

  it(
    'a reviewer who requests changes sends the task to the stage that row names',
    async () => {
      const findings = ['the design does not say what an empty name gives'];
      const key = await world().enter({ script: { reviewer: [{ verdict: 'fail', findings }, {}] } });
      expect(await outcomeOf(world(), key)).toEqual('done');

      const { ledger, log, subjects, pullRequest = 0 } = await explain(world(), key);
      expect(ledger.bounces).toEqual({ 'review/review': 1 });
      expect(workOf(log)).toEqual([
        'architect',
        'developer',
        'reviewer',
        'architect',
        'developer',
        'reviewer',
        'tester',
      ]);
      const [first, second] = await world().prompts(key, 'architect');
      expect(first).not.toContain(findings[0]);
      expect(second).toContain(findings[0]);
      const reviews = await world().ports.forge.reviews(world().project.repo, pullRequest);
      expect(reviews.map(({ verdict }) => verdict)).toEqual(['request-changes', 'approve']);
      expect(reviews[0]?.head).not.toEqual(subjects.head);
      expect(reviews[1]?.head).toEqual(subjects.head);
    },
    TEST_MS,
  );
});

/** Whose work was done, in order. */
function workOf(log: readonly LogEntry[]): string[] {
  return log.filter(({ subject, kind }) => subject === undefined && kind === 'pass').map(({ what }) => what);
}
