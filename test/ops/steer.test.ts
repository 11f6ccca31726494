import { describe, expect, it } from 'vitest';
import type { TaskStatus } from '../../domain/describe.ts';
import { conveyor, deadlineExceeded, explainView, fakeClient, workflowInfo } from './support.ts';

type Sent = [string, unknown];

/** A task that shows `after` once it has been told something. */
function taskThat(before: TaskStatus, after: TaskStatus = before): { client: unknown; sent: Sent[] } {
  const sent: Sent[] = [];
  const client = fakeClient({
    handle: {
      query: () => explainView({ status: sent.length === 0 ? before : after, sentence: `is ${before}, then ${after}` }),
      signal: (name, payload) => void sent.push([name, payload]),
    },
  });
  return { client, sent };
}

function unanswered(status: TaskStatus): { client: unknown; sent: Sent[] } {
  const sent: Sent[] = [];
  const query = (): never => {
    throw deadlineExceeded();
  };
  const client = fakeClient({
    handle: {
      query,
      describe: () => workflowInfo({ key: 'DEMO-1', status, waitingFor: 'waiting for check test' }),
      signal: (name, payload) => void sent.push([name, payload]),
    },
  });
  return { client, sent };
}

describe('pause, resume and abort', () => {
  it.each<[string, string[], TaskStatus, TaskStatus]>([
    ['pause', ['pause', 'DEMO-1'], 'working', 'paused'],
    ['resume', ['resume', 'DEMO-1'], 'paused', 'working'],
    ['abort', ['abort', 'DEMO-1', '--yes'], 'asking', 'aborted'],
  ])('%s sends who and why, waits for the effect and tells it', async (verb, argv, before, after) => {
    const { client, sent } = taskThat(before, after);
    const { stdout, exit } = await conveyor([...argv, '--reason', ' later '], { client });
    expect(sent).toEqual([[verb, { by: 'ada', reason: 'later' }]]);
    expect([stdout, exit]).toEqual([`DEMO-1\t${verb}\tseen\t${after}\tis ${before}, then ${after}\n`, 0]);
  });

  it('tells a person what is so now, and what comes next', async () => {
    const { client } = taskThat('working', 'paused');
    const { stdout, stderr } = await conveyor(['pause', 'DEMO-1'], { client, tty: 'tty' });
    expect(stdout + stderr).toBe('Paused DEMO-1. Now: is working, then paused\n→ conveyor resume DEMO-1\n');
  });

  it.each<[string[], TaskStatus, string]>([
    [['pause', 'DEMO-1'], 'paused', 'DEMO-1 is paused already.'],
    [['pause', 'DEMO-1'], 'done', 'DEMO-1 has ended already (done); nothing runs.'],
    [['abort', 'DEMO-1', '--yes'], 'aborted', 'DEMO-1 has ended already (aborted); nothing runs.'],
  ])('%j of a task that is %s sends nothing and is no error', async (argv, status, says) => {
    const { client, sent } = taskThat(status);
    const { stdout, exit } = await conveyor([...argv, '--json'], { client });
    expect([JSON.parse(stdout), exit]).toEqual([
      { key: 'DEMO-1', verb: argv[0], outcome: 'already', status, sentence: says },
      0,
    ]);
    expect(sent).toEqual([]);
  });

  it.each<[string[], TaskStatus]>([
    [['abort', 'DEMO-1', '--yes'], 'done'],
    [['resume', 'DEMO-1'], 'done'],
    [['resume', 'DEMO-1'], 'aborted'],
  ])('%j of a task that is %s is refused with exit 4', async (argv, status) => {
    const { client, sent } = taskThat(status);
    const { stderr, exit } = await conveyor(argv, { client });
    expect(exit).toBe(4);
    expect(stderr).toContain(`DEMO-1 has ended already (${status})`);
    expect(stderr).toContain('→ conveyor reopen DEMO-1 --dry-run');
    expect(sent).toEqual([]);
  });

  it('resume of a task that shows no pause says so, and lifts one that is still to come', async () => {
    const { client, sent } = taskThat('working');
    const { stdout, exit } = await conveyor(['resume', 'DEMO-1'], { client, tty: 'tty' });
    expect([stdout, exit]).toEqual(['DEMO-1 was not paused. Now: is working, then working\n', 0]);
    expect(sent).toEqual([['resume', { by: 'ada' }]]);
  });

  it('abort does nothing without --yes, and says what it would do', async () => {
    const { client, sent } = taskThat('working');
    const { stderr, exit } = await conveyor(['abort', 'DEMO-1'], { client });
    expect([sent, exit]).toEqual([[], 2]);
    expect(stderr).toMatchInlineSnapshot(`
      "error: abort ends DEMO-1 for good, and nothing was done yet.
      It stops its agent and moves its card to the cancelled state. Now: is working, then working
      → conveyor abort DEMO-1 --yes
      "
    `);
  });

  it.each([['pause'], ['resume'], ['abort']])('%s --dry-run sends nothing', async (verb) => {
    const { client, sent } = taskThat(verb === 'resume' ? 'paused' : 'working');
    const { stdout, exit } = await conveyor([verb, 'DEMO-1', '--dry-run'], { client, tty: 'tty' });
    expect([stdout, exit]).toEqual([`would send the signal ${verb} to task/DEMO-1: {"by":"ada"}\n`, 0]);
    expect(sent).toEqual([]);
  });

  it('leaves the message with Temporal when no worker answers, and exits 8', async () => {
    const { client, sent } = unanswered('waiting');
    const { stdout, exit } = await conveyor(['pause', 'DEMO-1'], { client, tty: 'tty' });
    expect(sent).toEqual([['pause', { by: 'ada' }]]);
    expect([stdout, exit]).toEqual([
      'No worker answers for DEMO-1. The pause is left with Temporal until one does.\n',
      8,
    ]);
  });

  it('sends nothing to a task that ended and has no worker either', async () => {
    const { client, sent } = unanswered('aborted');
    const { exit } = await conveyor(['abort', 'DEMO-1', '--yes'], { client });
    expect([sent, exit]).toEqual([[], 0]);
  });
});
