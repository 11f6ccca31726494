import { describe, expect, it } from 'vitest';
import type { QuestionCause } from '../../domain/question.ts';
import type { LogEntry } from '../../domain/state.ts';
import { markedProcesses } from '../support/agent-processes.ts';
import { decide, explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { filesAt, git } from './support/repository.ts';
import type { Behaviour } from './support/script.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: development, work: 'agent: developer', leave: [ci],     pass: review, fail: development }
      - { name: review,      work: 'agent: reviewer',  leave: [review], pass: done,   fail: development }`;

describe('how the work of an agent ends', () => {
  const world = useWorld({ yaml: tableConfig(ROWS, { roles: ['developer', 'reviewer'] }) });

  it(
    'one that owes changes and makes none has failed: a bounce, and the next prompt says why',
    async () => {
      const key = await world().enter({ script: { developer: [{ files: {} }, {}] } });
      expect(await outcomeOf(world(), key)).toEqual('done');

      const { log, ledger } = await explain(world(), key);
      expect(worked(log, 'developer')).toEqual(['fail', 'pass']);
      expect(log[0]?.say).toEqual('no changes: the developer finished without changing anything');
      expect(ledger).toMatchObject({ bounces: { 'development/ci': 1 }, total: 1, inconclusive: {} });
      expect((await world().prompts(key, 'developer'))[1]).toContain('no changes');
    },
    TEST_MS,
  );

  const garbage = '---\nverdict: [pass\nfindings: }{\n---';
  const cases: [what: string, behaviour: Behaviour, why: RegExp][] = [
    ['writes garbage', { say: garbage, report: 'none' }, /report is invalid.*not a valid YAML mapping/],
    ['ends without a report', { report: 'none' }, /ended without a report/],
    ['names another head', { about: 'f'.repeat(40) }, /reported on another commit, f{7,40} instead of/],
    ['crashes', { exit: 3 }, /crashed: .*3/],
  ];

  it.each(cases)(
    'one that %s proves nothing: it works once more, free of charge',
    async (_what, behaviour, why) => {
      const key = await world().enter({ script: { developer: [behaviour, {}] } });
      expect(await outcomeOf(world(), key)).toEqual('done');

      const { log, ledger } = await explain(world(), key);
      expect(worked(log, 'developer')).toEqual(['inconclusive', 'pass']);
      expect(log[0]?.say).toMatch(why);
      expect(ledger).toMatchObject({ bounces: {}, total: 0, inconclusive: {}, agentRuns: 3 });
      expect(await world().prompts(key, 'developer')).toHaveLength(2);
    },
    TEST_MS,
  );

  it(
    'a reviewer that tries to move the head is refused, and its change is nowhere on the branch',
    async () => {
      const meddling: Behaviour = { files: { 'service/improved.txt': 'by the reviewer\n' } };
      const key = await world().enter({ script: { reviewer: [meddling, {}] } });
      expect(await outcomeOf(world(), key)).toEqual('done');

      const { log, ledger, branch, subjects } = await explain(world(), key);
      expect(worked(log, 'reviewer')).toEqual(['inconclusive', 'pass']);
      expect(log.find(({ kind }) => kind === 'inconclusive')?.say).toContain('a judge must not');
      expect(ledger).toMatchObject({ bounces: {}, total: 0 });
      expect(await filesAt(world(), branch)).not.toContain('service/improved.txt');
      expect(await git(world(), 'rev-parse', branch)).toEqual(subjects.head);
      const reviews = await world().ports.forge.reviews(
        world().project.repo,
        (await explain(world(), key)).pullRequest ?? 0,
      );
      expect(reviews.map(({ head }) => head)).toEqual([subjects.head]);
    },
    TEST_MS,
  );

  it.each([
    ['gave-up', 'gave up: nobody can do this'],
    ['needs-input', 'needs input: nobody can do this'],
  ] as const)(
    'one that says %s asks a person at once',
    async (verdict, why) => {
      const key = await world().enter({ script: { developer: [{ verdict, summary: 'nobody can do this' }] } });
      await expectQuestion(key, 'asks', why);
      expect(await world().prompts(key, 'developer')).toHaveLength(1);
    },
    TEST_MS,
  );

  it(
    'two in a row that prove nothing ask a person',
    async () => {
      const key = await world().enter({ script: { developer: [{ report: 'none' }] } });
      await expectQuestion(key, 'inconclusive', 'could not be concluded (2 in a row)');
      expect(await world().prompts(key, 'developer')).toHaveLength(2);
    },
    TEST_MS,
  );

  async function expectQuestion(key: string, cause: QuestionCause, why: string): Promise<void> {
    const { question, ledger } = await until(world(), key, 'a question', (view) => view.question?.told === 'told');
    expect(question).toMatchObject({ number: 1, cause, stage: 'development' });
    expect(question?.why).toContain(why);
    expect(ledger.total).toEqual(0);
    await decide(world(), key, { number: 1, answer: 'abort' });
    expect(await outcomeOf(world(), key)).toEqual('aborted');
  }
});

describe('an agent that exceeds a limit', () => {
  const rows = `
      - { name: only, work: 'agent: developer', leave: [ci], pass: done, fail: only }`;
  const world = useWorld({
    yaml: tableConfig(rows, {
      roles: ['developer'],
      limits: { developer: 'total: 8s, idle: 2s' },
      top: '    caps: { bounces: 3, inconclusive: 1, stale: 3 }',
    }),
  });

  const cases: [limit: string, behaviour: Behaviour, why: RegExp][] = [
    ['of time, however busy it looks,', { chatter: true }, /developer was stopped after \d s, its time limit/],
    ['of silence', { hang: true }, /developer was stopped after \d s without any sign of work/],
  ];

  it.each(cases)(
    '%s is stopped, which proves nothing and is charged to nobody',
    async (_limit, behaviour, why) => {
      const key = await world().enter({ script: { developer: [behaviour] } });
      const view = await until(world(), key, 'a question', ({ question }) => question?.told === 'told');
      expect(view.question).toMatchObject({ cause: 'inconclusive', stage: 'only' });
      expect(view.question?.why).toMatch(why);
      expect(view.ledger).toMatchObject({ total: 0, bounces: {}, agentRuns: 1 });
      expect(markedProcesses(`${key}#1/only/1/work`)).toEqual([]);
      await decide(world(), key, { number: 1, answer: 'abort' });
      expect(await outcomeOf(world(), key)).toEqual('aborted');
    },
    TEST_MS,
  );
});

/** How each run of the role ended. */
function worked(log: readonly LogEntry[], role: string): string[] {
  return log.filter(({ what }) => what === role).map(({ kind }) => kind);
}
