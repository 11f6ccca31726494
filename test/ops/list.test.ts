import { describe, expect, it } from 'vitest';
import type { ConfigRead } from '../../app/settings.ts';
import type { FakeTask } from './support.ts';
import { conveyor, fakeClient, MINUTE, NOW } from './support.ts';

const RUNNING: FakeTask[] = [
  { key: 'DEMO-1', stage: 'development', title: 'Say goodbye', since: NOW - 3 * MINUTE, bounces: 1 },
  { key: 'DEMO-2', status: 'waiting', stage: 'development', waitingFor: 'waiting for check test', since: NOW - 9_000 },
  {
    key: 'DEMO-3',
    status: 'asking',
    stage: 'analysis',
    waitingFor: 'question 2: Approve the documents d0c5?',
    since: NOW - 5 * MINUTE,
  },
  {
    key: 'DEMO-4',
    status: 'waiting',
    stage: 'review',
    waitingFor: 'trouble with forge (Local.Away): it does not answer',
    since: NOW - 3 * 60 * MINUTE,
  },
  {
    key: 'DEMO-5',
    status: 'asking',
    stage: 'review',
    waitingFor: 'question 7: review failed 3 times',
    since: NOW - 26 * 60 * MINUTE,
  },
  { key: 'DEMO-6', status: 'held', stage: 'testing', waitingFor: 'held by bo: move the card back to go on' },
];
const ENDED: FakeTask[] = [
  { key: 'DEMO-7', status: 'done', stage: 'done', execution: 'COMPLETED', closeTime: NOW - 2 * MINUTE },
  { key: 'DEMO-8', status: 'working', stage: 'testing', execution: 'TERMINATED', closeTime: NOW - MINUTE },
];

const client = fakeClient({ list: (query) => (query.includes(`!= 'Running'`) ? ENDED : RUNNING) });

/** As far as `list` reads it. */
function withApprovers(approvers: string[]): ConfigRead {
  const project = { policy: { approvers }, states: { entry: 'Doing' } };
  return { kind: 'loaded', config: { projects: { DEMO: project } } } as unknown as ConfigRead;
}

describe('conveyor list', () => {
  it('shows a person first what waits for them, with the command that answers', async () => {
    const { stdout, exit } = await conveyor(['list'], { client, tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "task    status     stage        since   bounces  waiting for
      DEMO-3  ? asking   analysis     5m ago  0        question 2: Approve the documents d0c5?
        → conveyor approve DEMO-3 --question 2
      DEMO-5  ? asking   review       1d ago  0        question 7: review failed 3 times
        → conveyor decide DEMO-5 7 retry
      DEMO-6  ‖ held     testing      1h ago  0        held by bo: move the card back to go on
        → conveyor board move DEMO-6 "In Progress"
      DEMO-4  ! trouble  review       3h ago  0        trouble with forge (Local.Away): it does not answer
        → conveyor explain DEMO-4
      DEMO-2  ⧖ waiting  development  9s ago  0        waiting for check test
      DEMO-1  ▷ working  development  3m ago  1        Say goodbye
      "
    `);
    expect(exit).toBe(0);
  });

  it('gives a program TSV without header, colour or relative times, and the command as a field', async () => {
    const { stdout } = await conveyor(['list'], { client });
    expect(stdout.replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
      "DEMO-3 | asking | analysis | 2026-03-01T11:55:00.000Z | 0 | question 2: Approve the documents d0c5? | conveyor approve DEMO-3 --question 2
      DEMO-5 | asking | review | 2026-02-28T10:00:00.000Z | 0 | question 7: review failed 3 times | conveyor decide DEMO-5 7 retry
      DEMO-6 | held | testing | 2026-03-01T11:00:00.000Z | 0 | held by bo: move the card back to go on | conveyor board move DEMO-6 "In Progress"
      DEMO-4 | trouble | review | 2026-03-01T09:00:00.000Z | 0 | trouble with forge (Local.Away): it does not answer | conveyor explain DEMO-4
      DEMO-2 | waiting | development | 2026-03-01T11:59:51.000Z | 0 | waiting for check test | 
      DEMO-1 | working | development | 2026-03-01T11:57:00.000Z | 1 |  | 
      "
    `);
  });

  it('prints one JSON object', async () => {
    const { stdout } = await conveyor(['list', '--json'], { client });
    expect(JSON.parse(stdout).tasks[0]).toMatchInlineSnapshot(`
      {
        "answer": "conveyor approve DEMO-3 --question 2",
        "bounces": 0,
        "endedAt": null,
        "key": "DEMO-3",
        "project": "DEMO",
        "repo": "demo",
        "run": 1,
        "sentence": "question 2: Approve the documents d0c5?",
        "stage": "analysis",
        "stageSince": "2026-03-01T11:55:00.000Z",
        "status": "asking",
        "title": "Say goodbye",
      }
    `);
    expect(JSON.parse(stdout).tasks).toHaveLength(6);
  });

  it('adds what has ended with --all, also what was ended from outside', async () => {
    const { stdout } = await conveyor(['list', '--all'], { client });
    expect(stdout.split('\n').slice(6).join('\n').replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
      "DEMO-7 | done | done | 2026-03-01T11:58:00.000Z | 0 |  | 
      DEMO-8 | broken | testing | 2026-03-01T11:59:00.000Z | 0 | the workflow was terminated from outside | 
      "
    `);
  });

  it('reads no more ended tasks than asked for, and only of the project asked for', async () => {
    const queries: string[] = [];
    const list = (query: string): FakeTask[] => (queries.push(query), query.includes(`!= 'Running'`) ? ENDED : []);
    const { stdout } = await conveyor(['list', '--all', '--limit', '1', '--project', 'DEMO'], {
      client: fakeClient({ list }),
    });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(queries).toEqual([
      `WorkflowType = 'deliverTask' AND TaskProject = 'DEMO' AND ExecutionStatus = 'Running'`,
      `WorkflowType = 'deliverTask' AND TaskProject = 'DEMO' AND ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew'`,
    ]);
  });

  it('cuts the last column to the terminal and colours the status where colour is on', async () => {
    const { stdout } = await conveyor(['list'], { client, tty: 'tty', columns: 70, colour: 'on' });
    const rows = stdout.split('\n');
    expect(rows[1]).toContain('\u001b[35m? asking');
    expect(rows.find((row) => row.startsWith('DEMO-4'))).toMatchInlineSnapshot(
      `"DEMO-4  [31m! trouble[39m  review       3h ago  0        trouble with forge (…"`,
    );
  });

  it('keeps what a title or a sentence holds from steering the terminal or ending a field', async () => {
    const evil = fakeClient({
      list: () => [{ key: 'DEMO-1', status: 'waiting', waitingFor: 'a\u001b[2Jb\tc\nd\u0007\u009b31me' }],
    });
    for (const tty of [{ tty: 'tty' as const }, {}]) {
      const { stdout } = await conveyor(['list'], { client: evil, ...tty });
      expect(stdout).toMatch(/ab c de\t?\n/);
    }
  });

  it('puts approvals the reader may give before all others, and those only others may give last', async () => {
    const approval = (key: string): FakeTask => ({
      key,
      status: 'asking',
      waitingFor: 'question 1: Approve the plan?',
    });
    const other: FakeTask = { key: 'DEMO-2', status: 'asking', waitingFor: 'question 3: ci failed 3 times' };
    const asking = fakeClient({ list: () => [other, approval('DEMO-1')] });
    const order = async (approvers: string[]): Promise<string[][]> => {
      const { stdout } = await conveyor(['list'], { client: asking, loadConfig: () => withApprovers(approvers) });
      return stdout
        .trimEnd()
        .split('\n')
        .map((row) => [row.split('\t')[0] ?? '', row.split('\t').at(-1) ?? '']);
    };
    expect(await order(['ada'])).toEqual([
      ['DEMO-1', 'conveyor approve DEMO-1 --question 1'],
      ['DEMO-2', 'conveyor decide DEMO-2 3 retry'],
    ]);
    expect(await order([])).toEqual(await order(['ada']));
    expect(await order(['bo'])).toEqual([
      ['DEMO-2', 'conveyor decide DEMO-2 3 retry'],
      ['DEMO-1', 'conveyor explain DEMO-1'],
    ]);
  });

  it('names the command that goes on with a held and a paused task, with the project’s own name of the state', async () => {
    const held = fakeClient({
      list: () => [
        { key: 'DEMO-1', status: 'paused', waitingFor: 'paused by bo' },
        { key: 'DEMO-2', status: 'held', waitingFor: 'held by bo' },
      ],
    });
    const { stdout } = await conveyor(['list'], { client: held, loadConfig: () => withApprovers([]) });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.split('\t').at(-1)),
    ).toEqual(['conveyor board move DEMO-2 "Doing"', 'conveyor resume DEMO-1']);
  });

  it('says how to start when nothing runs', async () => {
    const { stdout, stderr } = await conveyor(['list'], { client: fakeClient({ list: () => [] }), tty: 'tty' });
    expect(stdout).toBe('');
    expect(stderr).toBe('Nothing runs. Start with: conveyor board add "title" --start\n');
  });
});
