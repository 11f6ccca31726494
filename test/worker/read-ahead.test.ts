import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { WorkflowBundle } from '@temporalio/worker';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cachedBundle } from '../../worker/bundle-cache.ts';
import { watchReadAhead } from '../../workflows/read-ahead.ts';
import { smokeSource } from '../support/smoke-bundle.ts';
import type { TestTemporal } from '../support/temporal.ts';
import { connectTemporal, testQueues, withWorkers } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { asked, signalled, workThenHear } from '../support/workflows/smoke.ts';

/** Between the query and the end of the work, and so between what the two wait for a dead worker. */
const WORK_MS = 800;
const TRIES = 5;
const GIVEN_UP = 'A query read this workflow ahead of its history';

describe('what tells a workflow that was read ahead', () => {
  const at = (historyLength: number, nanos: number, ...kinds: string[]) => ({
    historyLength,
    timestamp: { nanos },
    jobs: kinds.map((kind) => ({ [kind]: {} })),
  });

  it.each([
    ['each task has its time', [at(3, 1, 'initializeWorkflow'), at(9, 2, 'resolveActivity'), at(15, 3, 'doUpdate')]],
    ['a task may come in parts', [at(3, 1, 'initializeWorkflow'), at(3, 1, 'resolveActivity'), at(9, 2, 'fireTimer')]],
    ['a query carries nothing on', [at(3, 1, 'initializeWorkflow'), at(9, 1, 'queryWorkflow'), at(9, 2, 'doUpdate')]],
  ])('is not there where %s', (_what, activations) => {
    const watch = watchReadAhead();
    expect(activations.map(watch)).toEqual(activations.map(() => 'go on'));
  });

  it('is a history that grew in no time: what comes after it is refused, and queries are answered', () => {
    const watch = watchReadAhead();
    expect(watch(at(3, 1, 'initializeWorkflow'))).toBe('go on');
    expect(watch(at(9, 1, 'signalWorkflow', 'resolveActivity'))).toBe('go on');
    expect(watch(at(9, 1, 'queryWorkflow'))).toBe('go on');
    expect(watch(at(13, 2, 'signalWorkflow'))).toBe('read ahead');
  });
});

describe('a workflow whose worker died, and that is asked and signalled while nobody has it', () => {
  let temporal: TestTemporal;
  let bundle: WorkflowBundle;

  beforeAll(async () => {
    temporal = await connectTemporal();
    bundle = await cachedBundle(smokeSource(), inject('temporal'));
  });
  afterAll(() => temporal.close());

  it('is replayed, goes on, and leaves a history that replays', { timeout: 180_000 }, async () => {
    let givenUp = 0;
    for (let n = 0; n < TRIES && givenUp === 0; n++) {
      const history = await liveThrough(`read-ahead-${randomUUID()}`);
      await Worker.runReplayHistory({ workflowBundle: bundle }, history);
      const reasons = (history.events ?? []).map(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure);
      givenUp = reasons.filter((reason) => reason?.message?.startsWith(GIVEN_UP)).length;
    }
    // Without it nothing was shown: the query came too early or too late each time.
    expect(givenUp).toBe(1);
  });

  async function liveThrough(workflowId: string): Promise<History> {
    const { client } = temporal;
    const queues = testQueues('read-ahead');
    let isStarted = false;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const work = async (name: string): Promise<void> => {
      if (name !== 'first') return;
      isStarted = true;
      await released;
      await delay(WORK_MS);
    };
    const agents = { bundle, queues, activities: { work }, serves: ['agents'] as const };
    return withWorkers(temporal, agents, async () => {
      const dies = await startWorker(queues.control);
      const options = { taskQueue: queues.control, workflowId, args: [queues.agents] as [string] };
      const handle = await client.workflow.start(workThenHear, options);
      await waitFor(() => isStarted, 'the first work', 30_000);
      await dies.kill();
      const next = { bundle, queues, activities: {}, serves: ['control'] as const, maxCachedWorkflows: 10 };
      return withWorkers(temporal, next, async () => {
        const answer = handle.query(asked);
        release();
        expect(await answer).toBe('first');
        await handle.signal(signalled);
        expect(await handle.result()).toBe('first');
        return handle.fetchHistory();
      });
    });
  }
});

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

async function startWorker(queue: string): Promise<{ kill: () => Promise<void> }> {
  const { address, namespace, cacheRoot } = inject('temporal');
  const program = fileURLToPath(new URL('./programs/control-worker.ts', import.meta.url));
  const child = execa(process.execPath, ['--import', 'tsx', program, address, namespace, cacheRoot, queue], {
    reject: false,
  });
  let printed = '';
  child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
  await waitFor(() => printed.includes('ready'), 'the worker that dies', 60_000);
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await child;
    },
  };
}
