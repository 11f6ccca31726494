import { describe, expect, it } from 'vitest';
import type { Answer, QuestionCause } from '../../domain/question.ts';
import { taskWorkflowId } from '../../workflows/messages.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { untilAsked } from './support/card.ts';
import { decide, explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { calm } from './support/quick.ts';
import { cardOf } from './support/records.ts';
import { push } from './support/repository.ts';
import type { Script } from './support/script.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import type { World } from './support/world.ts';

/** `granted`: bounces that `retry` adds to the task's total, the cap of the gate it is about. */
type Leads = {
  runs: Record<string, number>;
  total: number;
  approvals: number;
  waived: RegExp;
  told: string;
  granted: number;
};

type Case = {
  cause: QuestionCause;
  answer: Answer;
  script?: Script;
  /** Brings a task that stands at its approval to the question. */
  bring?: (world: World, key: string) => Promise<void>;
  /** What follows, looked at when the next question is open or the task has ended. */
  leads: Partial<Leads>;
};

const WORDS = 'mind the rounding';
const BROKEN = { files: { BROKEN: 'yes\n', 'service/{key}-{run}.txt': 'first\n' } };
const MENDED = { files: { 'service/{key}-{run}.txt': 'second\n' }, remove: ['BROKEN'] };
const GUARDED = { files: { '.conveyor/extra.yaml': 'run: {run}\n' } };
const STUCK = { verdict: 'needs-input', summary: 'which greeting?' } as const;
const SAME = { files: { 'docs/tasks/{key}/architecture.md': '# The same again\n' } };

async function approve(world: World, key: string): Promise<void> {
  await decide(world, key, { number: 1, answer: 'approve' });
}

async function reject(world: World, key: string): Promise<void> {
  await decide(world, key, { number: 1, answer: 'reject', words: 'say more' });
}

/** Pushes while the developer works on what was there before. */
async function pushMeanwhile(world: World, key: string): Promise<void> {
  await approve(world, key);
  await waitFor(async () => (await world.prompts(key, 'developer')).length > 0, 'the developer to work', 60_000);
  await pushMore(world, key);
  await world.release(`pushed-${key}`);
}

async function pushMore(world: World, key: string): Promise<void> {
  const { branch } = await explain(world, key);
  await push(world, branch, { 'service/by-hand.txt': 'mended\n' });
}

// prettier-ignore
const CASES: Case[] = [
  { cause: 'approval',     answer: 'approve', leads: { runs: { architect: 1, developer: 1 }, approvals: 1, total: 0 } },
  { cause: 'approval',     answer: 'reject',  leads: { runs: { architect: 2, developer: 0 }, approvals: 0, total: 0, told: 'architect' } },
  { cause: 'approval',     answer: 'abort',   leads: { runs: { architect: 1, developer: 0 } } },
  { cause: 'cap',          answer: 'retry',   bring: approve, script: { developer: [BROKEN, MENDED] }, leads: { runs: { developer: 2 }, total: 2, granted: 1, told: 'developer' } },
  { cause: 'cap',          answer: 'accept',  bring: approve, script: { developer: [BROKEN] }, leads: { runs: { developer: 1 }, total: 1, waived: /waived by ada \(mind the rounding\)/ } },
  { cause: 'cap',          answer: 'back',    bring: approve, script: { developer: [BROKEN, MENDED] }, leads: { runs: { architect: 2, developer: 1 }, total: 1, told: 'architect' } },
  { cause: 'cap',          answer: 'abort',   bring: approve, script: { developer: [BROKEN] }, leads: { runs: { developer: 1 } } },
  { cause: 'operators',    answer: 'accept',  bring: approve, script: { developer: [GUARDED] }, leads: { runs: { developer: 1 }, total: 0, waived: /waived by ada/ } },
  { cause: 'operators',    answer: 'retry',   bring: approve, script: { developer: [GUARDED] }, leads: { runs: { developer: 1 }, total: 0, granted: 3 } },
  { cause: 'operators',    answer: 'back',    bring: approve, script: { developer: [GUARDED, {}] }, leads: { runs: { architect: 2, developer: 1 }, total: 0, told: 'architect' } },
  { cause: 'operators',    answer: 'abort',   bring: approve, script: { developer: [GUARDED] }, leads: { runs: { developer: 1 } } },
  { cause: 'inconclusive', answer: 'retry',   bring: approve, script: { developer: [{ report: 'none' }, {}] }, leads: { runs: { developer: 2 }, total: 0, told: 'developer' } },
  { cause: 'inconclusive', answer: 'back',    bring: approve, script: { developer: [{ report: 'none' }, {}] }, leads: { runs: { architect: 2, developer: 1 }, total: 0, told: 'architect' } },
  { cause: 'inconclusive', answer: 'abort',   bring: approve, script: { developer: [{ report: 'none' }] }, leads: { runs: { developer: 1 } } },
  { cause: 'asks',         answer: 'retry',   bring: approve, script: { developer: [STUCK, {}] }, leads: { runs: { developer: 2 }, total: 0, told: 'developer' } },
  { cause: 'asks',         answer: 'back',    bring: approve, script: { developer: [STUCK, {}] }, leads: { runs: { architect: 2, developer: 1 }, total: 0, told: 'architect' } },
  { cause: 'asks',         answer: 'abort',   bring: approve, script: { developer: [STUCK] }, leads: { runs: { developer: 1 } } },
  { cause: 'no-progress',  answer: 'retry',   bring: reject,  script: { architect: [SAME, SAME, {}] }, leads: { runs: { architect: 3 }, total: 0, told: 'architect' } },
  { cause: 'no-progress',  answer: 'abort',   bring: reject,  script: { architect: [SAME, SAME] }, leads: { runs: { architect: 2 } } },
  { cause: 'stale',        answer: 'retry',   bring: pushMore, leads: { runs: { architect: 1, developer: 0 }, total: 0 } },
  { cause: 'stale',        answer: 'back',    bring: pushMeanwhile, script: { developer: [{ waitFor: 'pushed-{key}' }, {}] }, leads: { runs: { architect: 2, developer: 1 }, total: 0, told: 'architect' } },
  { cause: 'stale',        answer: 'abort',   bring: pushMore, leads: { runs: { architect: 1, developer: 0 } } },
];

// prettier-ignore
const ROWS = `
      - { name: design,      work: 'agent: architect', leave: [artifacts, approval],                   pass: development, fail: design }
      - { name: development, work: 'agent: developer', leave: [{ gate: ci, cap: 1 }, protected-paths], pass: done,        fail: development }`;

describe('a decision before landing', () => {
  const world = useWorld({
    config: calm,
    yaml: tableConfig(ROWS, {
      roles: ['architect', 'developer'],
      top: '    caps: { bounces: 6, inconclusive: 1, stale: 1 }',
      project: '    policy: { acceptable: [ci, protected-paths] }',
    }),
  });

  it.concurrent.each(CASES)(
    '$answer, to a question of the cause $cause',
    async ({ cause, answer, script, bring, leads }) => {
      const key = await world().enter({ title: `${answer} ${cause}`, ...(script ? { script } : {}) });
      if (bring) {
        await untilAsked(world(), key);
        await bring(world(), key);
      }
      const { question, ledger } = await until(world(), key, cause, (view) => {
        return view.question?.cause === cause && view.question.told === 'told';
      });
      const number = question?.number ?? 0;
      const stage = answer === 'back' ? { stage: 'design' } : {};
      await expect(decide(world(), key, { number: number + 1, answer, words: WORDS, ...stage })).rejects.toMatchObject({
        cause: { message: `${key} asks question ${number}; question ${number + 1} is not open.` },
      });
      await decide(world(), key, { number, answer, words: WORDS, ...stage });

      const after = await settled(key, number);
      expect(after.closed?.find((one) => one.number === number)?.how).toMatch(
        new RegExp(`^answered: ${answer}.* by ada$`),
      );
      expect(after.ledger.allowance).toEqual(ledger.allowance + (leads.granted ?? 0));
      if (answer === 'abort') await expectAborted(key);
      await expectThen(key, after, leads);
      // A task that asks looks at its card again and again: the machine is left to the others.
      if (!after.end) await world().client.workflow.getHandle(taskWorkflowId(key)).terminate();
    },
    TEST_MS,
  );

  /** At the next question, or at the end. */
  function settled(key: string, number: number): Promise<ExplainView> {
    return until(world(), key, 'what follows', ({ question, end }) => {
      return end !== undefined || (question !== undefined && question.number > number && question.told === 'told');
    }).then(() => explain(world(), key));
  }

  async function expectAborted(key: string): Promise<void> {
    expect(await outcomeOf(world(), key)).toEqual('aborted');
    expect((await explain(world(), key)).end).toMatchObject({ by: 'ada' });
    expect((await cardOf(world(), key)).state).toEqual(world().project.states.cancelled);
  }

  async function expectThen(key: string, after: ExplainView, leads: Case['leads']): Promise<void> {
    const { runs = {}, total, approvals, waived, told } = leads;
    for (const [role, count] of Object.entries(runs)) {
      expect(await world().prompts(key, role), role).toHaveLength(count);
    }
    if (total !== undefined) expect(after.ledger.total).toEqual(total);
    if (approvals !== undefined) expect(after.ledger.approvals).toEqual(approvals);
    if (waived) expect(after.waived).toEqual([expect.stringMatching(waived)]);
    if (told) expect((await world().prompts(key, told)).at(-1)).toContain(WORDS);
  }
});

describe('a decision on a gate that is pending past its limit', () => {
  const rows = `
      - { name: design, work: 'agent: architect', leave: [artifacts],                pass: checks, fail: design }
      - { name: checks, work: 'agent: developer', leave: [{ gate: ci, limit: 1s }], pass: done,   fail: checks }`;
  const world = useWorld({
    yaml: tableConfig(rows, {
      roles: ['architect', 'developer'],
      project: '    policy: { requiredContexts: [outside], acceptable: [ci] }',
    }),
  });

  it.concurrent(
    'retry grants it more time: it is asked anew only after another limit',
    async () => {
      const key = await world().enter();
      await untilAsked(world(), key);
      const first = await explain(world(), key);
      expect(first.question).toMatchObject({ cause: 'limit', answers: expect.arrayContaining(['retry', 'abort']) });
      const [comment] = (await cardOf(world(), key)).comments;
      expect(comment?.text).toMatch(/Pull request \d+: file:.*\n[^]*- retry: move the card to In Progress, or/);
      await decide(world(), key, { number: 1, answer: 'retry' });
      await untilAsked(world(), key, 2);
      const second = await explain(world(), key);
      expect((second.question?.askedAt ?? 0) - (first.question?.askedAt ?? 0)).toBeGreaterThan(1_000);
      expect(second.ledger).toMatchObject({ agentRuns: 2, total: 0 });
      await decide(world(), key, { number: 2, answer: 'abort' });
      expect(await outcomeOf(world(), key)).toEqual('aborted');
    },
    TEST_MS,
  );

  it.concurrent(
    'accept lets it pass, with the name of who took it upon himself',
    async () => {
      const key = await world().enter();
      await untilAsked(world(), key);
      await decide(world(), key, { number: 1, answer: 'accept', words: WORDS });
      expect(await outcomeOf(world(), key)).toEqual('done');
      const { waived, ledger } = await explain(world(), key);
      expect(waived).toEqual([expect.stringMatching(/^waived by ada \(mind the rounding\): outside \(not reported\)/)]);
      expect(ledger).toMatchObject({ agentRuns: 2, total: 0 });
    },
    TEST_MS,
  );

  it.concurrent(
    'back begins again at an earlier stage, and the gate is asked about anew',
    async () => {
      const key = await world().enter();
      await untilAsked(world(), key);
      await decide(world(), key, { number: 1, answer: 'back', stage: 'design', words: WORDS });
      await untilAsked(world(), key, 2);
      expect((await world().prompts(key, 'architect')).at(-1)).toContain(WORDS);
      expect((await explain(world(), key)).ledger).toMatchObject({ agentRuns: 4, total: 0 });
    },
    TEST_MS,
  );
});
