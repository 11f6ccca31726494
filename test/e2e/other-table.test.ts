import { describe, expect, it } from 'vitest';
import { explain, outcomeOf, until, decide } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { filesAt, git } from './support/repository.ts';
import type { Script } from './support/script.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// Not one name of a stage or role of the default table, other caps, and gates in other places.
// prettier-ignore
const ROWS = `
      - { name: plan,    work: 'agent: writer',     leave: [artifacts],                     pass: build,   fail: plan }
      - { name: build,   work: 'agent: builder',    leave: [{ gate: ci, cap: 2 }],          pass: judge,   fail: build }
      - { name: judge,   work: 'agent: judge',      leave: [{ gate: tests, onFail: plan }], pass: try-out, fail: build }
      - { name: try-out, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging],
          pass: go-live, fail: build, lane: product }
      - { name: go-live, prepare: land, enter: [fresh], work: 'action: promote', leave: [health],
          pass: done, fail: plan, lane: product, compensate: [restore, revert] }`;

const ROLES = `    roles:
      writer: { owes: documents, documents: [plan.md] }
      builder: { owes: changes }
      judge: { owes: judgement }
    caps: { bounces: 4, inconclusive: 2, stale: 3 }`;

const script: Script = {
  writer: [{ files: { 'docs/tasks/{key}/plan.md': '# Plan\n' } }],
  builder: [{ files: { 'service/{key}.txt': 'built\n' } }],
};

describe('another table in conveyor.yaml', () => {
  const world = useWorld({ script, yaml: tableConfig(ROWS, { roles: ['writer', 'builder', 'judge'], top: ROLES }) });

  it(
    'is delivered by the same code, row by row',
    async () => {
      const key = await world().enter();
      expect(await outcomeOf(world(), key)).toEqual('done');

      const { stages, log, subjects } = await explain(world(), key);
      expect(stages).toEqual(['plan', 'build', 'judge', 'try-out', 'go-live']);
      const passed = log.filter(({ kind }) => kind === 'pass').map(({ stage, what }) => `${stage}: ${what}`);
      expect(passed).toEqual([
        'plan: writer',
        'plan: artifacts',
        'build: builder',
        'build: ci',
        'judge: judge',
        'judge: tests',
        'try-out: sync',
        'try-out: merge',
        'try-out: candidate',
        'try-out: staging',
        'go-live: land',
        'go-live: fresh',
        'go-live: promote',
        'go-live: health',
      ]);
      expect(await filesAt(world(), 'main')).toEqual(
        expect.arrayContaining([`docs/tasks/${key}/plan.md`, `service/${key}.txt`]),
      );
      expect(await git(world(), 'rev-parse', 'main')).toEqual(subjects.candidate?.sha);
    },
    TEST_MS,
  );

  it(
    'asks at its own cap: the second red check is the last one before a person decides',
    async () => {
      const red = { files: { BROKEN: 'yes\n', 'service/{key}-{run}.txt': 'another try\n' } };
      const key = await world().enter({ script: { builder: [red] } });
      const view = await until(world(), key, 'the question', ({ question }) => question?.told === 'told');

      expect(view.question).toMatchObject({ number: 1, cause: 'cap', stage: 'build', gate: 'ci' });
      expect(view.question?.why).toContain('ci failed 2 times');
      expect(view.ledger.bounces).toEqual({ 'build/ci': 2 });
      expect(await world().prompts(key, 'builder')).toHaveLength(2);
      await decide(world(), key, { number: 1, answer: 'abort' });
      expect(await outcomeOf(world(), key)).toEqual('aborted');
    },
    TEST_MS,
  );
});
