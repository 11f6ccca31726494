import { describe, expect, it } from 'vitest';
import type { Answer, QuestionCause } from '../../domain/question.ts';
import { abortSignal, taskWorkflowId } from '../../workflows/messages.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import { untilAsked } from './support/card.ts';
import { decide, explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { git, push } from './support/repository.ts';
import type { Script } from './support/script.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import type { World } from './support/world.ts';

type Case = {
  cause: QuestionCause;
  answer: Answer;
  script?: Script;
  /** Brings a task that stands at its approval to the question. */
  bring?: (world: World, key: string) => Promise<void>;
  /** What follows, looked at when the next question is open or the task has ended. */
  leads: Partial<{ runs: Record<string, number>; total: number; approvals: number; waived: RegExp; told: string }>;
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

async function pushMore(world: World, key: string): Promise<void> {
  const { branch } = await explain(world, key);
  await push(world, branch, { 'service/by-hand.txt': 'mended\n' });
}

// prettier-ignore
const CASES: Case[] = [
  { cause: 'approval',     answer: 'approve', leads: { runs: { architect: 1, developer: 1 }, approvals: 1, total: 0 } },
  { cause: 'approval',     answer: 'reject',  leads: { runs: { architect: 2, developer: 0 }, approvals: 0, total: 0, told: 'architect' } },
  { cause: 'approval',     answer: 'abort',   leads: { runs: { architect: 1, developer: 0 } } },
  { cause: 'cap',          answer: 'retry',   bring: approve, script: { developer: [BROKEN, MENDED] }, leads: { runs: { developer: 2 }, total: 2, told: 'developer' } },
  { cause: 'cap',          answer: 'accept',  bring: approve, script: { developer: [BROKEN] }, leads: { runs: { developer: 1 }, total: 1, waived: /waived by ada \(mind the rounding\)/ } },
  { cause: 'cap',          answer: 'back',    bring: approve, script: { developer: [BROKEN, MENDED] }, leads: { runs: { architect: 2, developer: 1 }, total: 1, told: 'architect' } },
  { cause: 'cap',          answer: 'abort',   bring: approve, script: { developer: [BROKEN] }, leads: { runs: { developer: 1 } } },
  { cause: 'operators',    answer: 'accept',  bring: approve, script: { developer: [GUARDED] }, leads: { runs: { developer: 1 }, total: 0, waived: /waived by ada/ } },
  { cause: 'inconclusive', answer: 'retry',   bring: approve, script: { developer: [{ report: 'none' }, {}] }, leads: { runs: { developer: 2 }, total: 0, told: 'developer' } },
  { cause: 'asks',         answer: 'retry',   bring: approve, script: { developer: [STUCK, {}] }, leads: { runs: { developer: 2 }, total: 0, told: 'developer' } },
  { cause: 'asks',         answer: 'back',    bring: approve, script: { developer: [STUCK, {}] }, leads: { runs: { architect: 2, developer: 1 }, total: 0, told: 'architect' } },
  { cause: 'asks',         answer: 'abort',   bring: approve, script: { developer: [STUCK] }, leads: { runs: { developer: 1 } } },
  { cause: 'no-progress',  answer: 'retry',   bring: reject,  script: { architect: [SAME, SAME, {}] }, leads: { runs: { architect: 3 }, total: 0, told: 'architect' } },
  { cause: 'stale',        answer: 'retry',   bring: pushMore, leads: { runs: { architect: 1, developer: 0 }, total: 0 } },
];

// prettier-ignore
const ROWS = `
      - { name: design,      work: 'agent: architect', leave: [artifacts, approval],                   pass: development, fail: design }
      - { name: development, work: 'agent: developer', leave: [{ gate: ci, cap: 1 }, protected-paths], pass: done,        fail: development }`;

describe('a decision before landing', () => {
  const world = useWorld({
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
      expect(after.ledger.allowance).toEqual(ledger.allowance + (answer === 'retry' && cause === 'cap' ? 1 : 0));
      if (answer === 'abort') await expectAborted(key);
      await expectThen(key, after, leads);
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
      - { name: checks, work: 'agent: developer', leave: [{ gate: ci, limit: 1s }], pass: done, fail: checks }`;
  const world = useWorld({
    yaml: tableConfig(rows, { roles: ['developer'], project: '    policy: { requiredContexts: [outside] }' }),
  });

  it(
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
      expect(second.ledger).toMatchObject({ agentRuns: 1, total: 0 });
      await decide(world(), key, { number: 2, answer: 'abort' });
      expect(await outcomeOf(world(), key)).toEqual('aborted');
    },
    TEST_MS,
  );
});

// prettier-ignore
const LANDING = `
      - { name: development, work: 'agent: developer', leave: [ci], pass: ship, fail: development }
      - { name: ship, lane: release, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging], pass: live, fail: development }
      - { name: live, lane: release, prepare: land, enter: [fresh], work: 'action: promote', leave: [health], pass: done, fail: development, compensate: [restore, revert] }`;

describe('a decision after landing', () => {
  const refused = new Set<string>();
  const cancelled = new Set<string>();
  const world = useWorld({
    yaml: tableConfig(LANDING, { roles: ['developer'] }),
    ports: ({ environments }) => ({
      environments: {
        ...environments,
        deploy: async (deploy) => {
          const { deployId, environment } = deploy.release;
          const key = deployId.slice(0, deployId.indexOf('#'));
          if (!environment.endsWith('/production')) return environments.deploy(deploy);
          if (cancelled.delete(key)) await task(key).signal(abortSignal, { by: 'ada', reason: 'not wanted' });
          return refused.delete(key) ? { kind: 'refused', detail: 'not today' } : environments.deploy(deploy);
        },
      },
    }),
  });

  it(
    'retry of a deployment that production refused makes it again, and the task is done',
    async () => {
      const key = await landed(refused, 'landed');
      await decide(world(), key, { number: 1, answer: 'retry' });
      expect(await outcomeOf(world(), key)).toEqual('done');
      expect(await explain(world(), key)).toMatchObject({ ledger: { agentRuns: 1, total: 0 } });
    },
    TEST_MS,
  );

  it(
    'revert takes the base back, and the work begins again on a new branch',
    async () => {
      const before = await git(world(), 'rev-parse', 'main^{tree}');
      const key = await landed(refused, 'landed');
      expect(await git(world(), 'rev-parse', 'main^{tree}')).not.toEqual(before);
      await decide(world(), key, { number: 1, answer: 'revert', words: WORDS });
      expect(await outcomeOf(world(), key)).toEqual('done');
      const { branch, ledger } = await explain(world(), key);
      expect(branch).toMatch(/-2$/);
      expect(ledger.agentRuns).toEqual(2);
      expect((await world().prompts(key, 'developer'))[1]).toContain(WORDS);
    },
    TEST_MS,
  );

  it(
    'a cancel is a question once production is proven: finish is done',
    async () => {
      const key = await landed(cancelled, 'cancelled');
      const { question } = await explain(world(), key);
      expect(question).toMatchObject({ answers: ['retry', 'revert'] });
      expect(question?.why).toEqual(
        'ada asked to cancel after this landed, and it runs in production: finish or revert?',
      );
      const tip = await git(world(), 'rev-parse', 'main');
      await decide(world(), key, { number: 1, answer: 'retry' });
      expect(await outcomeOf(world(), key)).toEqual('done');
      expect(await git(world(), 'rev-parse', 'main')).toEqual(tip);
      expect((await cardOf(world(), key)).state).toEqual(world().project.states.done);
    },
    TEST_MS,
  );

  it(
    'a cancel, answered with revert: production and base are taken back, and the task ends aborted',
    async () => {
      const { ports, project } = world();
      const production = project.environments.production.name;
      const tree = await git(world(), 'rev-parse', 'main^{tree}');
      const running = await ports.environments.running(project.key, production);
      const key = await landed(cancelled, 'cancelled');
      expect((await ports.environments.running(project.key, production))?.digest).not.toEqual(running?.digest);
      await decide(world(), key, { number: 1, answer: 'revert' });
      expect(await outcomeOf(world(), key)).toEqual('aborted');
      expect(await git(world(), 'rev-parse', 'main^{tree}')).toEqual(tree);
      expect((await ports.environments.running(project.key, production))?.digest).toEqual(running?.digest);
      expect((await explain(world(), key)).end).toMatchObject({ by: 'ada' });
      expect((await cardOf(world(), key)).state).toEqual(project.states.cancelled);
    },
    TEST_MS,
  );

  /** A task to which this happens when production is deployed, up to its question. */
  async function landed(happens: Set<string>, cause: QuestionCause): Promise<string> {
    const { board, project } = world();
    const key = await board.addCard({ project: project.key, title: `After landing: ${cause}`, body: '', by: 'ada' });
    happens.add(key);
    await world().moveCard(key, 'entry');
    await untilAsked(world(), key);
    expect((await explain(world(), key)).question).toMatchObject({ cause });
    return key;
  }

  function task(key: string) {
    return world().client.workflow.getHandle(taskWorkflowId(key));
  }
});
