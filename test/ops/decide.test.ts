import { ApplicationFailure } from '@temporalio/common';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { FakeHandle } from './support.ts';
import { APPROVAL, conveyor, deadlineExceeded, explainView, fakeClient, workflowInfo } from './support.ts';

type Sent = { kind: string; name: string; payload: unknown; updateId?: string };

/** A task that asks question 2; keeps what was sent to it. */
function asking(change: FakeHandle = {}): { client: unknown; sent: Sent[] } {
  const sent: Sent[] = [];
  const client = fakeClient({
    handle: {
      query: () => explainView({ status: 'asking', question: APPROVAL }),
      executeUpdate: (name, { args, updateId }) => {
        sent.push({ kind: 'update', name, payload: args[0], updateId });
        return 'analysis: reading approval';
      },
      signal: (name, payload) => void sent.push({ kind: 'signal', name, payload }),
      ...change,
    },
  });
  return { client, sent };
}

const fails = (error: Error) => (): never => {
  throw error;
};
const recorded = (task: Partial<Parameters<typeof workflowInfo>[0]> = {}): FakeHandle => ({
  query: fails(deadlineExceeded()),
  describe: () =>
    workflowInfo({ key: 'DEMO-1', status: 'asking', waitingFor: 'question 2: Approve the documents d0c5?', ...task }),
});

describe('conveyor approve, reject and decide', () => {
  it.each<[string, string[], object, string]>([
    ['approve', ['approve', 'DEMO-1'], { number: 2, answer: 'approve', by: 'ada' }, 'DEMO-1/2/approve'],
    [
      'approve of a number',
      ['approve', 'DEMO-1', '--question', '1', '--reason', 'fine'],
      { number: 1, answer: 'approve', by: 'ada', words: 'fine' },
      'DEMO-1/1/approve',
    ],
    [
      'reject',
      ['reject', 'DEMO-1', '--reason', ' too vague '],
      { number: 2, answer: 'reject', by: 'ada', words: 'too vague' },
      'DEMO-1/2/reject',
    ],
    [
      'decide',
      ['decide', 'DEMO-1', '2', 'back', '--to', 'analysis'],
      { number: 2, answer: 'back', by: 'ada', stage: 'analysis' },
      'DEMO-1/2/back',
    ],
  ])('%s is sent once, as the update', async (_name, argv, payload, updateId) => {
    const { client, sent } = asking();
    const { exit } = await conveyor(argv, { client });
    expect(sent).toEqual([{ kind: 'update', name: 'decide', payload, updateId }]);
    expect(exit).toBe(0);
  });

  it('says what the task does now and what comes next', async () => {
    const person = await conveyor(['approve', 'DEMO-1'], { client: asking().client, tty: 'tty' });
    expect(person.stdout + person.stderr).toMatchInlineSnapshot(`
      "Answered question 2 of DEMO-1: approve. Now: analysis: reading approval
      → conveyor watch DEMO-1
      "
    `);
    const program = await conveyor(['approve', 'DEMO-1'], { client: asking().client });
    expect(program).toEqual({ stdout: 'DEMO-1\t2\tapprove\tanalysis: reading approval\n', stderr: '', exit: 0 });
  });

  it('the same answer given again is no error, and says where the task stands now', async () => {
    const { client } = asking({ query: () => explainView() });
    const { stdout, exit } = await conveyor(['approve', 'DEMO-1', '--question', '2'], { client });
    expect([stdout, exit]).toEqual(['DEMO-1\t2\tapprove\tanswered so before; waiting for check test\n', 0]);
  });

  it('a refusal explains itself and exits 4', async () => {
    const cause = ApplicationFailure.create({
      type: 'Decision.Refused',
      message: 'DEMO-1 asks question 2; question 1 is not open.',
    });
    const { client } = asking({ executeUpdate: fails(new WorkflowUpdateFailedError('Workflow Update failed', cause)) });
    const { stdout, stderr, exit } = await conveyor(['approve', 'DEMO-1', '--question', '1'], { client });
    expect([stdout, exit]).toEqual(['', 4]);
    expect(stderr).toMatchInlineSnapshot(`
      "error: DEMO-1 asks question 2; question 1 is not open.
      → conveyor explain DEMO-1
      "
    `);
  });

  it('a task that asks nothing is not sent an answer', async () => {
    const { client, sent } = asking({ query: () => explainView() });
    const { stderr, exit } = await conveyor(['approve', 'DEMO-1'], { client });
    expect([sent, exit]).toEqual([[], 4]);
    expect(stderr).toMatchInlineSnapshot(`
      "error: DEMO-1 asks nothing at the moment.
      → conveyor explain DEMO-1
      "
    `);
  });

  it('a task that has ended says so', async () => {
    const { client } = asking({
      executeUpdate: fails(new WorkflowNotFoundError('workflow execution already completed', 'task/DEMO-1', undefined)),
      describe: () => workflowInfo({ key: 'DEMO-1', status: 'done', execution: 'COMPLETED' }),
    });
    const { stderr, exit } = await conveyor(['approve', 'DEMO-1', '--question', '2'], { client });
    expect(exit).toBe(4);
    expect(stderr).toContain('DEMO-1 has ended (done); nothing is left to decide.');
  });

  it('without a worker nothing is sent, and --signal is offered', async () => {
    const { client, sent } = asking(recorded());
    const { stderr, exit } = await conveyor(['approve', 'DEMO-1'], { client });
    expect([sent, exit]).toEqual([[], 4]);
    expect(stderr).toMatchInlineSnapshot(`
      "error: No worker answers for DEMO-1: nothing was sent.
      With --signal the answer is left with Temporal, and taken when a worker is back if it still fits.
      → conveyor dev, or the same again with --signal
      "
    `);
  });

  it('--signal leaves the answer to the recorded question with Temporal', async () => {
    const { client, sent } = asking(recorded());
    const { stdout, exit } = await conveyor(['approve', 'DEMO-1', '--signal'], { client });
    expect(sent).toEqual([{ kind: 'signal', name: 'decide', payload: { number: 2, answer: 'approve', by: 'ada' } }]);
    expect([stdout, exit]).toEqual(['DEMO-1\t2\tapprove\tleft with Temporal until a worker takes it\n', 0]);
  });

  it('--signal without a question on record sends nothing', async () => {
    const { client, sent } = asking({
      query: fails(deadlineExceeded()),
      describe: () => workflowInfo({ key: 'DEMO-1', status: 'working' }),
    });
    expect((await conveyor(['approve', 'DEMO-1', '--signal'], { client })).exit).toBe(4);
    expect(sent).toEqual([]);
  });

  it('a worker that goes away meanwhile: the answer may have arrived, and giving it again is safe', async () => {
    const { client } = asking({ executeUpdate: fails(new WorkflowUpdateRPCTimeoutOrCancelledError('late')) });
    const { stderr, exit } = await conveyor(['approve', 'DEMO-1'], { client });
    expect(exit).toBe(4);
    expect(stderr).toMatchInlineSnapshot(`
      "error: No worker took the answer to question 2 of DEMO-1 in time.
      It may still be taken when one is back; giving the same answer again does no harm.
      → conveyor show DEMO-1, then the same approve again, or with --signal to leave it with Temporal
      "
    `);
  });

  it('--dry-run prints what would be sent and sends nothing', async () => {
    const { client, sent } = asking();
    const { stdout, exit } = await conveyor(['reject', 'DEMO-1', '--reason', 'too vague', '--dry-run'], { client });
    expect(stdout).toMatchInlineSnapshot(`
      "would send the update decide to task/DEMO-1: {"number":2,"answer":"reject","by":"ada","words":"too vague"}
      "
    `);
    expect([sent, exit]).toEqual([[], 0]);
  });

  it.each([
    ['taken', ['approve', 'DEMO-1', '--json']],
    ['left', ['approve', 'DEMO-1', '--json', '--signal']],
    ['would', ['approve', 'DEMO-1', '--json', '--dry-run']],
  ])('--json says that the answer was %s', async (outcome, argv) => {
    const { client, sent } = asking();
    const { stdout, exit } = await conveyor(argv, { client });
    expect(JSON.parse(stdout)).toMatchObject({ key: 'DEMO-1', number: 2, answer: 'approve', outcome });
    expect([sent.length, exit]).toEqual([outcome === 'would' ? 0 : 1, 0]);
  });

  it.each([
    ['reject needs words', ['reject', 'DEMO-1']],
    ['reject needs more than blanks', ['reject', 'DEMO-1', '--reason', '  ']],
    ['a question is a number', ['approve', 'DEMO-1', '--question', 'two']],
    ['an answer is one of the known', ['decide', 'DEMO-1', '2', 'maybe']],
    ['a key looks like one', ['approve', 'demo one']],
  ])('%s: exit 2 before anything is connected', async (_name, argv) => {
    const connect = (): never => {
      throw new Error('connected');
    };
    const { stderr, exit } = await conveyor(argv, { connect });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/^error: .*\n(.*\n)*Try: conveyor \w+ --help\n$/);
  });
});
