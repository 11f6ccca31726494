import { describe, expect, it } from 'vitest';
import { specOf } from '../../domain/admit.ts';
import type { deliverTask } from '../../workflows/deliver-task.ts';
import {
  abortSignal,
  decideSignal,
  pauseSignal,
  resumeSignal,
  taskWorkflowId,
  WORKFLOWS,
} from '../../workflows/messages.ts';
import { markedProcesses } from '../support/agent-processes.ts';
import { waitFor } from '../support/wait-for.ts';
import { recordedOf } from './support/history.ts';
import { decide, explain, outcomeOf, statusOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: analysis,    work: 'agent: analyst',   leave: [artifacts, approval], pass: development, fail: analysis }
      - { name: development, work: 'agent: developer', leave: [ci],                  pass: done,        fail: development }`;

describe('what a person says to a task', () => {
  const world = useWorld({ yaml: tableConfig(ROWS, { roles: ['analyst', 'developer'] }) });

  it(
    'pause lets what runs finish and starts nothing more; resume goes on',
    async () => {
      const key = await world().enter({ script: { analyst: [{ waitFor: 'paused' }] } });
      await agentAtWork(key, 'analyst');
      await task(key).signal(pauseSignal, { by: 'ada' });
      await world().release('paused');
      const paused = await until(world(), key, 'the pause', ({ ledger, status }) => {
        return status === 'paused' && ledger.agentRuns === 1;
      });
      expect(paused.sentence).toEqual('paused by ada');
      // Two looks at the card later it still has neither read its gate nor asked its question.
      await waitFor(async () => (await count(key, 'look at the card')) >= 2, 'two looks', 60_000, 80);
      expect(await count(key, 'analysis: read artifacts')).toEqual(0);
      expect((await statusOf(world(), key))?.question).toBeUndefined();

      await task(key).signal(resumeSignal, { by: 'ada' });
      await approve(key);
      expect(await outcomeOf(world(), key)).toEqual('done');
      expect(await world().prompts(key, 'analyst')).toHaveLength(1);
    },
    TEST_MS,
  );

  it(
    'abort ends an agent at work with every process it started, and cancels the card',
    async () => {
      const key = await world().enter({ script: { analyst: [{ daemon: true, hang: true }] } });
      const attempt = `${key}#1/analysis/1/work`;
      const all = await waitFor(() => someProcesses(attempt, 2), 'the agent and its daemon', 60_000, 80);
      expect(all.length).toBeGreaterThanOrEqual(2);
      await task(key).signal(abortSignal, { by: 'ada', reason: 'not needed any more' });

      expect(await outcomeOf(world(), key)).toEqual('aborted');
      await waitFor(() => markedProcesses(attempt).length === 0, 'no process of the attempt', 30_000);
      expect((await cardOf(world(), key)).state).toEqual(world().project.states.cancelled);
      const { end, ledger, log } = await explain(world(), key);
      expect(end).toMatchObject({ outcome: 'aborted', by: 'ada' });
      expect({ total: ledger.total, log }).toEqual({ total: 0, log: [] });
    },
    TEST_MS,
  );

  it(
    'a decision is refused with the reason, and taken by update or by signal',
    async () => {
      const key = await world().enter();
      await until(world(), key, 'the approval', ({ question }) => question?.told === 'told');
      await expect(decide(world(), key, { number: 7, answer: 'approve' })).rejects.toMatchObject({
        cause: { message: `${key} asks question 1; question 7 is not open.` },
      });
      await expect(decide(world(), key, { number: 1, answer: 'retry' })).rejects.toMatchObject({
        cause: { message: 'Question 1 can be answered with approve, reject, abort, not with retry.' },
      });
      await task(key).signal(decideSignal, { number: 7, answer: 'approve', by: 'ada' });
      const words = 'say which greeting';
      expect(await decide(world(), key, { number: 1, answer: 'reject', words })).not.toContain('question 1');

      // The rejection's words reach the analyst, and the question about the new documents has a new number.
      const asked = await until(world(), key, 'question 2', ({ question }) => question?.told === 'told');
      expect(asked.question).toMatchObject({ number: 2, cause: 'approval' });
      expect(asked.ledger).toMatchObject({ total: 0, approvals: 0 });
      expect((await world().prompts(key, 'analyst'))[1]).toContain(words);
      await task(key).signal(decideSignal, { number: 1, answer: 'approve', by: 'ada' });
      await task(key).signal(decideSignal, { number: 2, answer: 'approve', by: 'ada' });
      expect(await outcomeOf(world(), key)).toEqual('done');
      expect((await explain(world(), key)).ledger.approvals).toEqual(1);
      await expect(decide(world(), key, { number: 2, answer: 'approve' })).rejects.toThrow();
    },
    TEST_MS,
  );

  function task(key: string) {
    return world().client.workflow.getHandle(taskWorkflowId(key));
  }

  async function approve(key: string): Promise<void> {
    const view = await until(world(), key, 'a question', ({ question }) => question?.told === 'told');
    await decide(world(), key, { number: view.question?.number ?? 0, answer: 'approve' });
  }

  async function agentAtWork(key: string, role: string): Promise<void> {
    const working = async (): Promise<boolean> => (await world().prompts(key, role)).length > 0;
    await waitFor(working, `the ${role} at work`, 60_000, 80);
  }

  async function count(key: string, summary: string): Promise<number> {
    const recorded = await recordedOf(world(), key);
    return recorded.filter((event) => event.kind === 'activity' && event.summary === summary).length;
  }

  function someProcesses(attempt: string, atLeast: number): number[] | undefined {
    const found = markedProcesses(attempt);
    return found.length >= atLeast ? found : undefined;
  }
});

describe('a task that continues as new, of which no worker remembers anything between two steps', () => {
  const world = useWorld({ yaml: tableConfig(ROWS, { roles: ['analyst', 'developer'] }), maxCachedWorkflows: 0 });

  it(
    'in the middle of an approval keeps its question, its ledger and its place',
    async () => {
      const key = await startContinuing(60);
      const before = await until(world(), key, 'the approval', ({ question }) => question?.told === 'told');
      const asked = await runOf(key);
      await waitFor(async () => (await runOf(key)) !== asked, 'a new run of the workflow', 60_000, 80);

      const after = await until(world(), key, 'the same question', ({ question }) => question !== undefined);
      expect(after.question).toEqual(before.question);
      expect(after.stage).toEqual(before.stage);
      expect(after.ledger).toEqual({ ...before.ledger, wakes: after.ledger.wakes });
      await decide(world(), key, { number: 1, answer: 'approve' });
      expect(await outcomeOf(world(), key)).toEqual('done');
      const { ledger, log } = await explain(world(), key);
      expect(ledger).toMatchObject({ agentRuns: 2, approvals: 1, total: 0 });
      expect(log.map(({ what, kind }) => `${what} ${kind}`)).toEqual(
        expect.arrayContaining(['analyst pass', 'ci pass']),
      );
      const comments = (await cardOf(world(), key)).comments.filter(({ marker }) => marker?.includes('/question/'));
      expect(comments).toHaveLength(1);
    },
    TEST_MS,
  );

  /** As the intake starts it, but for the number of events after which it continues. */
  async function startContinuing(continueAfterEvents: number): Promise<string> {
    const { client, board, project, queues } = world();
    const key = await board.addCard({ project: project.key, title: 'A long story', body: '', by: 'ada' });
    const spec = specOf({ key, title: 'A long story' }, project, 1);
    await client.workflow.start<typeof deliverTask>(WORKFLOWS.task, {
      workflowId: taskWorkflowId(key),
      taskQueue: queues.control,
      args: [{ spec, pipeline: project.pipeline, queues, continueAfterEvents }],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
    await world().moveCard(key, 'entry');
    return key;
  }

  async function runOf(key: string): Promise<string> {
    return (await world().client.workflow.getHandle(taskWorkflowId(key)).describe()).runId;
  }
});
