import { beforeEach, describe, expect, it } from 'vitest';
import type { IntakeView } from '../../domain/intake/state.ts';
import type { FakeTask } from './support.ts';
import { conveyor, deadlineExceeded, fakeClient, MINUTE, NOW } from './support.ts';

const FREEZE = { by: 'bo', reason: 'release week', at: NOW - 5 * MINUTE };
const VIEW: IntakeView = {
  project: 'DEMO',
  waiting: [
    {
      key: 'DEMO-7',
      title: 'Say goodbye',
      priority: 'high',
      blockedBy: [],
      since: NOW - 3 * MINUTE,
      why: { kind: 'wip', limit: 2 },
      place: 1,
      sentence: 'waits for one of 2 places; it is next',
    },
    {
      key: 'DEMO-5',
      title: 'Say hello',
      priority: 'none',
      blockedBy: ['DEMO-7'],
      since: NOW - 9 * MINUTE,
      why: { kind: 'blocked', by: ['DEMO-7'] },
      place: 2,
      sentence: 'waits until DEMO-7 is done',
    },
  ],
  open: 2,
  wip: 2,
  incidents: [
    {
      number: 3,
      integration: 'tracker',
      class: 'auth',
      type: 'Plane.Unauthorized',
      message: 'the token is refused',
      since: NOW - 20 * MINUTE,
      seenBy: ['DEMO-1', 'DEMO-2', 'intake'],
    },
  ],
  webhooks: { lastAt: NOW - MINUTE, missedInARow: 0 },
  stats: { started: 9, reopened: 1, done: 6, aborted: 1, drivenByWebhook: 31, healedByTimer: 2 },
  lastSweepAt: NOW - MINUTE,
  nextSweepAt: NOW + 4 * MINUTE,
};
const OPEN: FakeTask[] = [
  { key: 'DEMO-1', status: 'asking', waitingFor: 'question 1: Approve the plan?', bounces: 2 },
  { key: 'DEMO-2', bounces: 1 },
];

let sent: [string, unknown][] = [];
beforeEach(() => void (sent = []));

/** A project whose intake answers with the view, or has nobody to answer for it. */
function project(intake: Partial<IntakeView> | 'unanswered', memo: Record<string, unknown> = {}): unknown {
  return fakeClient({
    list: () => OPEN,
    count: (query) => (query.includes(`'done'`) ? 12 : query.includes(`'aborted'`) ? 1 : 4),
    handle: {
      describe: () => ({ status: { name: 'RUNNING' }, memo }),
      query: () => {
        if (intake === 'unanswered') throw deadlineExceeded();
        return { ...VIEW, ...intake };
      },
      executeUpdate: (name, { args }) => {
        sent.push([name, args[0]]);
        return `${name} it is.`;
      },
      signal: (name, payload) => void sent.push([name, payload]),
    },
  });
}

describe('conveyor queue', () => {
  it('shows a person who waits, in order, why, what is frozen and what is unwell', async () => {
    const client = project({ freeze: FREEZE });
    expect((await conveyor(['queue', 'DEMO'], { client, tty: 'tty' })).stdout).toMatchInlineSnapshot(`
      "DEMO: 2 tasks open, 2 at most
      It is frozen by bo 5m ago: release week
        → conveyor unfreeze DEMO
      Opened 20m ago: incident 3: trouble with tracker (auth, Plane.Unauthorized), seen by the intake and 2 tasks: the token is refused
      Looks at the board again in 4m.
      place  item    priority  since   why                                    title
      1      DEMO-7  high      3m ago  waits for one of 2 places; it is next  Say goodbye
      2      DEMO-5  none      9m ago  waits until DEMO-7 is done             Say hello
      "
    `);
  });

  it('gives a program one line for each item, and the rest on stderr', async () => {
    const { stdout, stderr } = await conveyor(['queue', 'DEMO'], { client: project({ freeze: FREEZE }) });
    expect(stdout.replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
      "DEMO | 1 | DEMO-7 | high | 2026-03-01T11:57:00.000Z | waits for one of 2 places; it is next | Say goodbye
      DEMO | 2 | DEMO-5 | none | 2026-03-01T11:51:00.000Z | waits until DEMO-7 is done | Say hello
      "
    `);
    expect(stderr).toContain('frozen by bo');
  });

  it('prints one JSON object', async () => {
    const { stdout } = await conveyor(['queue', 'DEMO', '--json'], { client: project({ freeze: FREEZE }) });
    const [queue] = JSON.parse(stdout).projects;
    expect(queue).toMatchObject({ project: 'DEMO', source: 'worker', open: 2, wip: 2, freeze: { by: 'bo' } });
    expect(queue.waiting.map(({ key, since }: { key: string; since: string }) => [key, since])).toEqual([
      ['DEMO-7', '2026-03-01T11:57:00.000Z'],
      ['DEMO-5', '2026-03-01T11:51:00.000Z'],
    ]);
  });

  it('says that nobody waits', async () => {
    const client = project({ waiting: [], incidents: [] });
    const { stdout } = await conveyor(['queue', 'DEMO'], { client, tty: 'tty' });
    expect(stdout).toContain('Nobody waits to be let in.');
  });

  it('tells from the record what it can when no worker answers', async () => {
    const client = project('unanswered', { freeze: FREEZE });
    const { stdout, stderr, exit } = await conveyor(['queue', 'DEMO'], { client, tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "DEMO: 2 tasks open
      It is frozen by bo 5m ago: release week
        → conveyor unfreeze DEMO
      "
    `);
    expect([stderr, exit]).toEqual(['DEMO: no worker answers: this is what Temporal has on record\n', 0]);
    const json = await conveyor(['queue', 'DEMO', '--json'], { client });
    expect(JSON.parse(json.stdout).projects[0]).toMatchObject({ source: 'record', open: 2, waiting: null, wip: null });
  });
});

describe('conveyor stats', () => {
  it('shows a person what is counted', async () => {
    const { stdout } = await conveyor(['stats', 'DEMO'], { client: project({}), tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "project    DEMO
      open       2 (1 asking, 1 working)
      bounces    3 of the open tasks
      on record  12 done, 1 aborted, 4 of them bounced
      started    9 runs, 1 of them of reopened items
      ended      6 done, 1 aborted
      changes    31 driven by webhooks, 2 healed by timers
      webhooks   last one 1m ago
      incidents  incident 3: trouble with tracker (auth, Plane.Unauthorized), seen by the intake and 2 tasks: the token is refused
      "
    `);
  });

  it('prints one JSON object, with null for what no worker was there to tell', async () => {
    const answered = await conveyor(['stats', 'DEMO', '--json'], { client: project({}) });
    expect(JSON.parse(answered.stdout).projects[0]).toMatchInlineSnapshot(`
      {
        "bounces": 3,
        "freeze": null,
        "incidents": [
          {
            "class": "auth",
            "integration": "tracker",
            "message": "the token is refused",
            "number": 3,
            "seenBy": [
              "DEMO-1",
              "DEMO-2",
              "intake",
            ],
            "since": "2026-03-01T11:40:00.000Z",
            "type": "Plane.Unauthorized",
          },
        ],
        "intake": {
          "aborted": 1,
          "done": 6,
          "drivenByWebhook": 31,
          "healedByTimer": 2,
          "reopened": 1,
          "started": 9,
        },
        "open": {
          "asking": 1,
          "total": 2,
          "working": 1,
        },
        "project": "DEMO",
        "recorded": {
          "aborted": 1,
          "bounced": 4,
          "done": 12,
        },
        "source": "worker",
        "webhooks": {
          "lastAt": "2026-03-01T11:59:00.000Z",
          "missedInARow": 0,
        },
      }
    `);
    const recorded = await conveyor(['stats', 'DEMO', '--json'], { client: project('unanswered') });
    expect(JSON.parse(recorded.stdout).projects[0]).toMatchObject({
      source: 'record',
      open: { total: 2 },
      recorded: { done: 12 },
      intake: null,
      incidents: null,
    });
  });
});

describe('conveyor freeze and unfreeze', () => {
  it.each([
    ['freeze', {}, { by: 'ada', reason: 'a reason' }],
    ['unfreeze', { freeze: FREEZE }, { by: 'ada', reason: 'a reason' }],
  ])('%s is sent as an update, whose answer is told', async (verb, view, payload) => {
    const argv = [verb, 'DEMO', '--reason', 'a reason'];
    const { stdout, exit } = await conveyor(argv, { client: project(view), tty: 'tty' });
    expect(sent).toEqual([[verb, payload]]);
    expect([stdout.startsWith(`${verb} it is.`), exit]).toEqual([true, 0]);
  });

  it('unfreeze says who had frozen it', async () => {
    const { stdout } = await conveyor(['unfreeze', 'DEMO'], { client: project({ freeze: FREEZE }), tty: 'tty' });
    expect(stdout).toBe('unfreeze it is. It was frozen by bo 5m ago: release week.\n');
  });

  it.each([
    ['freeze', { freeze: FREEZE }, 'DEMO is already frozen by bo 5m ago: release week.'],
    ['unfreeze', {}, 'DEMO is not frozen.'],
  ])('%s of a project that is so already sends nothing and says whose it is', async (verb, view, says) => {
    const argv = [verb, 'DEMO', '--reason', 'a reason', '--json'];
    const { stdout, exit } = await conveyor(argv, { client: project(view) });
    expect([sent, exit]).toEqual([[], 0]);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'already', sentence: says });
  });

  it.each([
    ['freeze', {}],
    ['unfreeze', { freeze: FREEZE }],
  ])('%s --dry-run sends nothing', async (verb, view) => {
    const { stdout, exit } = await conveyor([verb, 'DEMO', '--reason', 'x', '--dry-run'], { client: project(view) });
    expect([sent, exit]).toEqual([[], 0]);
    expect(stdout).toContain(`would ${verb} DEMO: {"by":"ada","reason":"x"}`);
  });

  it('leaves a signal with Temporal when no worker answers, and exits 8', async () => {
    const { stdout, exit } = await conveyor(['freeze', 'DEMO', '--reason', 'x'], { client: project('unanswered') });
    expect([sent, exit]).toEqual([[['freeze', { by: 'ada', reason: 'x' }]], 8]);
    expect(stdout).toContain('DEMO\tfreeze\tleft\t');
  });

  it('freeze needs a reason', async () => {
    for (const argv of [
      ['freeze', 'DEMO'],
      ['freeze', 'DEMO', '--reason', ' '],
    ]) {
      expect((await conveyor(argv, { client: project({}) })).exit).toBe(2);
    }
    expect(sent).toEqual([]);
  });
});
