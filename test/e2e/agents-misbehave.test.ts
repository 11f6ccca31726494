import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../adapters/config/config.ts';
import type { TaskView } from '../../workflows/messages.ts';
import { markedProcesses } from '../support/agent-processes.ts';
import { decide, explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { filesAt } from './support/repository.ts';
import type { Behaviour } from './support/script.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

const ROWS = `
      - { name: only, work: 'agent: developer', leave: [ci], pass: done, fail: only }`;
const IDLE_MS = 5_000;
const NO_PROGRESS_MS = 6_000;
const GRACE_MS = 2_000;
/** After its limit a run has this long to be over, with all it started. */
const ENDED_MS = 10_000;
/** Of the process that is worker, endpoint and test in one, while all agents below run. */
const MOST_GROWTH = 250 * 2 ** 20;

const world = useWorld({
  yaml: tableConfig(ROWS, {
    roles: ['developer'],
    limits: {
      developer: `total: 60s, idle: ${IDLE_MS}ms, noProgress: ${NO_PROGRESS_MS}ms, limits: { memory: 400MiB, processes: 60 }`,
    },
    project: '    budget: { usd: 0.5 }',
    top: '    caps: { bounces: 3, inconclusive: 1, stale: 3 }',
  }),
  config: continuing,
});

/** Agents that can continue a session, and may take a moment to end by themselves. */
function continuing(config: Config): Config {
  const projects = Object.entries(config.projects).map(([key, project]) => {
    const agents = Object.entries(project.agents).map(([role, agent]) => [
      role,
      { ...agent, graceMs: GRACE_MS, resume: [...agent.command, '--session', '{session}'] },
    ]);
    return [key, { ...project, agents: Object.fromEntries(agents) }];
  });
  return { ...config, projects: Object.fromEntries(projects) };
}

let before = 0;
let most = 0;
let sampler: NodeJS.Timeout | undefined;
beforeAll(() => {
  before = process.memoryUsage().rss;
  sampler = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
});
afterAll(() => clearInterval(sampler));

async function asked(key: string): Promise<TaskView> {
  return until(world(), key, 'a question', ({ question }) => question?.told === 'told');
}

async function decidedToAbort(key: string, { question }: TaskView): Promise<void> {
  await decide(world(), key, { number: question?.number ?? 0, answer: 'abort' });
  expect(await outcomeOf(world(), key)).toEqual('aborted');
}

/** Which session each run of the task continued. */
async function sessions(key: string): Promise<string[]> {
  const lines = (await readFile(join(world().folder, 'script/sessions.log'), 'utf8')).split('\n');
  return lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.split(' ')[3] ?? '');
}

describe.concurrent('an agent that', () => {
  const cases: [does: string, behaviour: Behaviour, limitMs: number, why: RegExp][] = [
    ['hangs', { hang: true }, IDLE_MS, /developer was stopped after \d+ s without any sign of work/],
    ['ignores SIGTERM', { stubborn: true }, IDLE_MS, /developer was stopped after \d+ s without any sign of work/],
    ['turns in circles', { spins: true }, NO_PROGRESS_MS, /stopped after \d+ s of nothing new and no changed file/],
    ['starts 200 processes', { forks: 200 }, 0, /stopped: it had \d+ processes at once, more than the 60/],
    ['eats memory', { eats: 1_200 }, 0, /stopped: it used \d+ MiB of memory, more than the 400 MiB/],
    ['crashes beside a process it left', { daemon: true, exit: 3 }, 0, /developer crashed: .*3/],
  ];

  it.each(cases)(
    '%s ends in its own way, in time, with everything it started, and is charged to nobody',
    async (_does, behaviour, limitMs, why) => {
      const key = await world().enter({ script: { developer: [behaviour] } });
      const view = await asked(key);
      expect(view.question).toMatchObject({ cause: 'inconclusive', stage: 'only' });
      expect(view.question?.why).toMatch(why);
      expect(view.ledger).toMatchObject({ total: 0, bounces: {}, agentRuns: 1 });
      expect(view.ledger.usage.agentMs).toBeLessThan(limitMs + ENDED_MS);
      expect(markedProcesses(`${key}#1/only/1/work`)).toEqual([]);
      await decidedToAbort(key, view);
    },
    TEST_MS,
  );

  it(
    'floods 100 MiB, or leaves a process in a session of its own, has done its work all the same',
    async () => {
      for (const behaviour of [{ floods: 100 }, { daemon: true }]) {
        const key = await world().enter({ script: { developer: [behaviour] } });
        expect(await outcomeOf(world(), key)).toEqual('done');
        expect(markedProcesses(`${key}#1/only/1/work`)).toEqual([]);
        expect((await explain(world(), key)).ledger).toMatchObject({ agentRuns: 1, total: 0 });
      }
    },
    TEST_MS,
  );

  it(
    'writes outside of its workspace is not kept from it, but nothing of it is in the commit',
    async () => {
      const outside = join(world().folder, 'outside.txt');
      const files = { [outside]: 'outside', 'service/inside.txt': 'inside' };
      const key = await world().enter({ script: { developer: [{ files }] } });
      expect(await outcomeOf(world(), key)).toEqual('done');
      const { branch } = await explain(world(), key);
      const kept = await filesAt(world(), branch);
      expect(kept).toContain('service/inside.txt');
      expect(kept.filter((path) => path.includes('outside'))).toEqual([]);
      // There is no sandbox: SECURITY.md says so.
      await access(outside);
    },
    TEST_MS,
  );
});

describe.concurrent('a session that was interrupted', () => {
  it(
    'is continued by the next run of the stage, once',
    async () => {
      const script = { developer: [{ session: 'talk-1', exit: 3 }, { session: 'talk-1', exit: 3 }, {}] };
      const key = await world().enter({ script });
      for (const number of [1, 2]) {
        await until(world(), key, `question ${number}`, (view) => {
          return view.question?.number === number && view.question.told === 'told';
        });
        await decide(world(), key, { number, answer: 'retry' });
      }
      expect(await outcomeOf(world(), key)).toEqual('done');
      // One that crashed again is trusted no more.
      expect(await sessions(key)).toEqual(['none', 'talk-1', 'none']);
      expect((await world().prompts(key, 'developer'))[1]).toContain('## An interrupted run');
    },
    TEST_MS,
  );
});

describe.concurrent("a provider's quota", () => {
  it.each([
    ['until it is back', 1_500, 1_500],
    // Six looks after trouble, which are 300 ms apart here.
    ['a while where nobody says how long', 'unknown', 1_800],
  ] as const)(
    'is waited for, %s: no bounce, nothing inconclusive, one more run',
    async (_long, quota, ms) => {
      const key = await world().enter({ script: { developer: [{ quota }, {}] } });
      expect(await outcomeOf(world(), key)).toEqual('done');
      const { log, ledger } = await explain(world(), key);
      const [first, second] = log.filter(({ what }) => what === 'developer');
      expect([first?.kind, second?.kind]).toEqual(['pending', 'pass']);
      expect(first?.say).toContain("waiting for the provider's quota");
      expect(ledger).toMatchObject({ agentRuns: 2, total: 0, bounces: {}, inconclusive: {}, tries: 0 });
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(ms - 1_000);
    },
    TEST_MS,
  );
});

describe.concurrent("a task's budget", () => {
  it(
    'that is reached while an agent runs stops it and asks; a retry grants as much again, with the session',
    async () => {
      const key = await world().enter({ script: { developer: [{ session: 'dear-1', spends: 0.6, hang: true }, {}] } });
      const view = await asked(key);
      expect(view.question).toMatchObject({
        cause: 'budget',
        why: 'the budget is spent: 0.60 of 0.50 USD; a retry grants 0.50 USD more',
        answers: ['retry', 'abort'],
      });
      expect(view.ledger).toMatchObject({ total: 0, bounces: {}, inconclusive: {}, agentRuns: 1 });
      expect(view.ledger.usage).toMatchObject({ usd: 0.6, tokensIn: 1_000, tokensOut: 1_000 });
      expect(view.ledger.usage.agentMs).toBeLessThan(ENDED_MS);
      expect(markedProcesses(`${key}#1/only/1/work`)).toEqual([]);

      await decide(world(), key, { number: 1, answer: 'retry' });
      expect(await outcomeOf(world(), key)).toEqual('done');
      const { ledger } = await explain(world(), key);
      expect(ledger.budget?.usd).toBeCloseTo(1.1);
      expect(ledger.usage.usd).toBeCloseTo(0.61);
      expect(await sessions(key)).toEqual(['none', 'dear-1']);
    },
    TEST_MS,
  );

  it(
    'of which nothing is left asks before the next run, and again after as much was spent again: never for ever',
    async () => {
      const broken = { spends: 0.6, files: { BROKEN: 'yes\n' } };
      const stillBroken = { spends: 0.6, files: { BROKEN: 'yes\n', 'service/{key}-{run}.txt': 'more\n' } };
      const mended = { remove: ['BROKEN'], files: { 'service/{key}-{run}.txt': 'mended\n' } };
      const key = await world().enter({ script: { developer: [broken, stillBroken, mended] } });
      for (const runs of [1, 2]) {
        const view = await until(world(), key, `question ${runs}`, ({ question }) => {
          return question?.number === runs && question.told === 'told';
        });
        expect(view.question).toMatchObject({ cause: 'budget' });
        expect(view.ledger).toMatchObject({ agentRuns: runs, total: runs });
        expect(await world().prompts(key, 'developer')).toHaveLength(runs);
        await decide(world(), key, { number: runs, answer: 'retry' });
      }
      expect(await outcomeOf(world(), key)).toEqual('done');
      expect((await explain(world(), key)).ledger).toMatchObject({ agentRuns: 3, total: 2, inconclusive: {} });
    },
    TEST_MS,
  );
});

it('all of them together did not make the worker grow', () => {
  expect(most).toBeGreaterThan(0);
  expect((most - before) / 2 ** 20).toBeLessThan(MOST_GROWTH / 2 ** 20);
});
