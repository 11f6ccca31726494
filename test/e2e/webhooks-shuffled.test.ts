import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../adapters/config/config.ts';
import type { LocalEvent } from '../../adapters/local/webhook/event.ts';
import { keyOfBranch } from '../../domain/nudge.ts';
import { intakeQuery, projectWorkflowId, taskWorkflowId } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { git } from './support/repository.ts';
import type { Delivery } from './support/senders.ts';
import { asSent, send, SENDER_LINES } from './support/senders.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: design,      work: 'agent: architect', leave: [artifacts, approval], pass: development, fail: design }
      - { name: development, work: 'agent: developer', leave: [ci],                  pass: review,      fail: development }
      - { name: review,      work: 'agent: reviewer',  leave: [review],              pass: done,        fail: development }`;

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const AT_ONCE = 4;
const LONGEST_DELAY_MS = 600;
const TIMER_MS = 4_000;

/** Seldom enough that it is the webhooks that drive the tasks. */
function withSlowTimers(config: Config): Config {
  const pollMs = { first: TIMER_MS, longest: TIMER_MS };
  const projects = Object.entries(config.projects).map(([key, project]) => {
    const { pipeline, intake } = project;
    const stages = pipeline.stages.map((row) => ({ ...row, leave: row.leave.map((gate) => ({ ...gate, pollMs })) }));
    const looks = { ...pipeline.looks, personMs: TIMER_MS };
    return [key, { ...project, pipeline: { ...pipeline, stages, looks }, intake: { ...intake, sweepMs: TIMER_MS } }];
  });
  return { ...config, projects: Object.fromEntries(projects) };
}

describe('every webhook doubled, delayed and reordered', () => {
  const world = useWorld({
    yaml: tableConfig(ROWS, { roles: ['architect', 'developer', 'reviewer'], ...SENDER_LINES }),
    config: withSlowTimers,
    // Plane and Gitea tell instead, each in its own way.
    drop: (event) => {
      sendings.push(deliver(event));
      return true;
    },
  });
  /** By task; the plain one has none. */
  const seeds = new Map<string, () => number>();
  const sendings: Promise<void>[] = [];
  const sent: Delivery[] = [];
  const statuses: number[] = [];
  let plain = '';
  const outcomes: Record<string, unknown> = {};

  async function deliver(event: LocalEvent): Promise<void> {
    const delivery = asSent(event);
    if (delivery === undefined) return;
    sent.push(delivery);
    const random = seeds.get(event.key ?? keyOfBranch(event.branch) ?? '');
    const delays = random ? [random() * LONGEST_DELAY_MS, random() * LONGEST_DELAY_MS] : [0];
    await Promise.all(delays.map((ms) => pause(ms).then(() => post(delivery))));
  }

  async function post(delivery: Delivery): Promise<void> {
    statuses.push((await send(world(), delivery)).status);
  }

  async function run(seed: number): Promise<string> {
    const key = await world().board.addCard({
      project: world().project.key,
      title: 'Greet',
      body: 'Please.',
      by: 'ada',
    });
    if (seed > 0) seeds.set(key, randomFrom(seed));
    await world().moveCard(key, 'entry');
    await until(world(), key, 'the approval', ({ question }) => question?.told === 'told');
    await world().moveCard(key, 'approved');
    expect(await outcomeOf(world(), key)).toBe('done');
    return key;
  }

  /** Everything a task left behind, without what differs between any two: names, times, commits. */
  async function outcome(key: string): Promise<unknown> {
    const { config, ports, project } = world();
    const view = await explain(world(), key);
    const card = await cardOf(world(), key);
    const reviews = await ports.forge.reviews(project.repo, view.pullRequest ?? 0);
    const notices = await readFile(join(config.data, 'notifications.jsonl'), 'utf8').catch(() => '');
    const commits = await git(world(), 'rev-list', '--count', `main..${view.branch}`);
    return {
      end: view.end?.outcome,
      bounces: view.ledger.total,
      judged: view.log
        .filter(({ kind }) => kind === 'pass' || kind === 'fail')
        .map((it) => `${it.stage} ${it.what} ${it.kind}`),
      agents: (await world().runs()).flatMap((line) =>
        line.startsWith(`${key} `) ? [line.split(' ').slice(1, 3).join(' ')] : [],
      ),
      moves: card.history.map(({ by, to }) => `${by}: ${to}`),
      comments: card.comments.map(({ marker = '' }) => marker.replace(key, 'KEY')),
      reviews: reviews.map(({ verdict }) => verdict),
      commits,
      notices: notices.split('\n').filter((line) => line.includes(`${key}#`) || line.includes(`"${key} `)).length,
    };
  }

  beforeAll(async () => {
    plain = await run(0);
    for (let from = 0; from < SEEDS.length; from += AT_ONCE) {
      await Promise.all(SEEDS.slice(from, from + AT_ONCE).map(run));
    }
    await Promise.all(sendings);
    for (const key of [plain, ...seeds.keys()]) outcomes[key] = await outcome(key);
  }, 3 * TEST_MS);

  it('leaves the same end and the same side effects as without, with each of the seeds', () => {
    expect(outcomes[plain]).toMatchObject({ end: 'done', bounces: 0, reviews: ['approve'] });
    expect(seeds.size).toBe(SEEDS.length);
    for (const key of seeds.keys()) expect(outcomes[key], key).toEqual(outcomes[plain]);
  });

  it('was heard by the tasks, and what we wrote ourselves was not', async () => {
    expect(new Set(statuses)).toEqual(new Set([200, 202]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(SEEDS.length * 4);
    const woken = await Promise.all(
      [...seeds.keys()].map(async (key) => (await explain(world(), key)).ledger.wakes.nudge),
    );
    expect(woken.reduce((sum, nudges) => sum + nudges, 0)).toBeGreaterThan(SEEDS.length);
  });

  it(
    'starts nothing when all of it comes once more after the end',
    async () => {
      const { client, project } = world();
      const handles = [plain, ...seeds.keys()].map((key) => client.workflow.getHandle(taskWorkflowId(key)));
      const runsOf = (): Promise<string[]> =>
        Promise.all(handles.map(async (handle) => (await handle.describe()).runId));
      const [before, agents, at] = [await runsOf(), await world().runs(), Date.now()];
      for (const delivery of sent) await post(delivery);
      await waitFor(
        async () => {
          const { lastSweepAt = 0 } = await client.workflow
            .getHandle(projectWorkflowId(project.key))
            .query(intakeQuery);
          return lastSweepAt > at;
        },
        'the sweep after the last of them',
        30_000,
      );
      expect(await runsOf()).toEqual(before);
      expect(await world().runs()).toEqual(agents);
      const again = Object.fromEntries(
        await Promise.all(Object.keys(outcomes).map(async (key) => [key, await outcome(key)])),
      );
      expect(again).toEqual(outcomes);
    },
    TEST_MS,
  );
});

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
