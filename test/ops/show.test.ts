import { describe, expect, it } from 'vitest';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { TaskStatus } from '../../domain/describe.ts';
import { APPROVAL, conveyor, deadlineExceeded, explainView, fakeClient, MINUTE, NOW, workflowInfo } from './support.ts';

const client = fakeClient({ handle: { query: (name) => (name === 'status' ? explainView() : undefined) } });
const webUi = (id: string): string => `http://127.0.0.1:8233/${encodeURIComponent(id)}`;

describe('conveyor show', () => {
  it('prints the fields a person reads', async () => {
    const { stdout } = await conveyor(['show', 'DEMO-1'], { client, webUi, tty: 'tty' });
    expect(stdout).toMatchInlineSnapshot(`
      "task          DEMO-1
      title         Say goodbye
      status        ⧖ waiting
      stage         development
      since         7m ago
      now           waiting for check test
      branch        task/DEMO-1-say-goodbye
      pull request  3
      head          a1b2c3d
      bounces       1
      spent         3 agent runs, 1000 tokens, 0.25 USD
      Web UI        http://127.0.0.1:8233/task%2FDEMO-1
      "
    `);
  });

  it('gives a program every field, empty ones too', async () => {
    const { stdout } = await conveyor(['show', 'task/DEMO-1'], { client });
    expect(stdout.replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
      "task | DEMO-1
      title | Say goodbye
      status | waiting
      stage | development
      since | 2026-03-01T11:53:00.000Z
      now | waiting for check test
      branch | task/DEMO-1-say-goodbye
      pull request | 3
      head | a1b2c3d4e5f60718293a4b5c6d7e8f9001122334
      candidate | 
      artifact | 
      staging | 
      production | 
      bounces | 1
      spent | 3 agent runs, 1000 tokens, 0.25 USD
      ended | 
      Web UI | 
      "
    `);
  });

  it('prints one JSON object with the same fields whether a worker answers or not', async () => {
    const answered = await conveyor(['show', 'DEMO-1', '--json'], { client });
    const recorded = await conveyor(['show', 'DEMO-1', '--json'], { client: withoutWorker('waiting') });
    expect(JSON.parse(answered.stdout)).toMatchInlineSnapshot(`
      {
        "answers": [],
        "bounces": 1,
        "branch": "task/DEMO-1-say-goodbye",
        "endedAt": null,
        "key": "DEMO-1",
        "ledger": {
          "agentRuns": 3,
          "allowance": 6,
          "approvals": 0,
          "bounces": {},
          "drivenByNudge": 0,
          "healedByTimer": 0,
          "inconclusive": {},
          "stale": 0,
          "total": 1,
          "tries": 0,
          "usage": {
            "agentMs": 0,
            "tokensCached": 0,
            "tokensIn": 900,
            "tokensOut": 100,
            "turns": 0,
            "usd": 0.25,
          },
          "wakes": {
            "nudge": 0,
            "timer": 0,
          },
        },
        "project": "DEMO",
        "pullRequest": 3,
        "question": null,
        "repo": "demo",
        "run": 1,
        "sentence": "waiting for check test",
        "source": "worker",
        "stage": "development",
        "stageSince": "2026-03-01T11:53:00.000Z",
        "status": "waiting",
        "subjects": {
          "documents": "d0c5",
          "head": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
        },
        "title": "Say goodbye",
        "trouble": null,
        "webUi": null,
      }
    `);
    expect(Object.keys(JSON.parse(recorded.stdout))).toEqual(Object.keys(JSON.parse(answered.stdout)));
  });

  it('says with which commands the open question is answered', async () => {
    const asking = explainView({
      status: 'asking',
      sentence: 'question 2: Approve the documents d0c5?',
      question: APPROVAL,
    });
    const { stderr } = await conveyor(['show', 'DEMO-1'], {
      client: fakeClient({ handle: { query: () => asking } }),
      tty: 'tty',
    });
    expect(stderr).toMatchInlineSnapshot(`
      "→ conveyor approve DEMO-1 --question 2
      → conveyor reject DEMO-1 --question 2 --reason "why"
      → conveyor decide DEMO-1 2 abort
      "
    `);
  });

  it('shows the record and says so when no worker answers', async () => {
    const { stdout, stderr, exit } = await conveyor(['show', 'DEMO-1'], {
      client: withoutWorker('asking'),
      tty: 'tty',
    });
    expect(stdout).toMatchInlineSnapshot(`
      "task     DEMO-1
      title    Say goodbye
      status   ? asking
      stage    analysis
      since    1m ago
      now      question 2: Approve the documents d0c5?
      bounces  0
      "
    `);
    expect(stderr).toMatchInlineSnapshot(`
      "→ conveyor approve DEMO-1 --question 2
      no worker answers: this is what Temporal has on record
      "
    `);
    expect(exit).toBe(8);
  });

  it.each<[TaskStatus, number]>([
    ['working', 0],
    ['done', 0],
    ['aborted', 1],
    ['waiting', 8],
    ['asking', 8],
    ['held', 8],
    ['paused', 8],
  ])('exits for a task that is %s with %i', async (status, code) => {
    const answered = fakeClient({ handle: { query: () => explainView({ status }) } });
    expect((await conveyor(['show', 'DEMO-1'], { client: answered })).exit).toBe(code);
    expect((await conveyor(['show', 'DEMO-1'], { client: withoutWorker(status) })).exit).toBe(code);
  });

  it('says that there is no such task, and exits 1', async () => {
    const query = (): never => {
      throw new WorkflowNotFoundError('not found', 'task/DEMO-9', undefined);
    };
    const { stderr, stdout, exit } = await conveyor(['show', 'DEMO-9'], { client: fakeClient({ handle: { query } }) });
    expect([stdout, exit]).toEqual(['', 1]);
    expect(stderr).toMatchInlineSnapshot(`
      "error: There is no task DEMO-9.
      A task starts when its card is moved to the entry state.
      → conveyor explain DEMO-9
      "
    `);
  });
});

function withoutWorker(status: TaskStatus): unknown {
  const ended = status === 'done' || status === 'aborted';
  return fakeClient({
    handle: {
      query: () => {
        throw deadlineExceeded();
      },
      describe: () =>
        workflowInfo({
          key: 'DEMO-1',
          status,
          stage: 'analysis',
          since: NOW - MINUTE,
          ...(status === 'asking' ? { waitingFor: 'question 2: Approve the documents d0c5?' } : {}),
          ...(ended ? { execution: 'COMPLETED', closeTime: NOW } : {}),
        }),
    },
  });
}
