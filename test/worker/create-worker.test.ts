import { Context } from '@temporalio/activity';
import type { WorkflowBundle } from '@temporalio/worker';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cachedBundle } from '../../worker/bundle-cache.ts';
import { createWorkers } from '../../worker/create-worker.ts';
import { smokeSource } from '../support/smoke-bundle.ts';
import type { TestTemporal } from '../support/temporal.ts';
import { connectTemporal, testQueues, withWorkers } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import type { SmokeActivities } from '../support/workflows/smoke.ts';
import { askAtOnce, echoOnEveryQueue, stubbornWork, waitThenUpsert } from '../support/workflows/smoke.ts';

let temporal: TestTemporal;
let bundle: WorkflowBundle;

beforeAll(async () => {
  temporal = await connectTemporal();
  bundle = await cachedBundle(smokeSource(), inject('temporal'));
});

afterAll(() => temporal.close());

const activities: SmokeActivities = {
  where: async () => Context.current().info.taskQueue,
  stubborn: async () => Context.current().cancelled,
};

describe('createWorkers', () => {
  it.each([500, 0])('serves every queue, with %i workflows cached', async (maxCachedWorkflows) => {
    const queues = testQueues('smoke');
    const answers = await withWorkers(temporal, { bundle, activities, queues, maxCachedWorkflows }, () =>
      temporal.client.workflow.execute(echoOnEveryQueue, {
        taskQueue: queues.control,
        workflowId: queues.control,
        args: [queues],
      }),
    );
    expect(answers).toEqual([queues.control, queues.agents, queues.release, ...queues.trackers]);
  });

  it('fires a timer and makes search attributes findable', async () => {
    const queues = testQueues('timer');
    const { client } = temporal;
    await withWorkers(temporal, { bundle, activities, queues }, async () => {
      await client.workflow.execute(waitThenUpsert, {
        taskQueue: queues.control,
        workflowId: queues.control,
        args: [10],
      });
    });
    const query = `WorkflowId = "${queues.control}" AND TaskStage = "testing" AND TaskBounces = 2`;
    await waitFor(async () => (await client.workflow.count(query)).count === 1, 'the workflow in visibility');
  });

  it('reports every worker as running while it runs and as stopped afterwards', async () => {
    const queues = testQueues('status');
    const states = (
      await withWorkers(temporal, { bundle, activities, queues }, async (workers) => {
        expect(workers.status().map(({ state }) => state)).toEqual(Array(4).fill('RUNNING'));
        return workers;
      })
    ).status();
    expect(states.map(({ queue }) => queue)).toEqual([
      queues.control,
      queues.agents,
      queues.release,
      ...queues.trackers,
    ]);
    expect(states.map(({ state }) => state)).toEqual(Array(4).fill('STOPPED'));
  });

  it('works on what it is told to serve, and on nothing else', async () => {
    const queues = testQueues('serves');
    const served = await withWorkers(
      temporal,
      { bundle, activities, queues, serves: ['tracker', 'agents'] },
      async (workers) => workers.status().map(({ queue }) => queue),
    );
    expect(served).toEqual([queues.agents, ...queues.trackers]);
  });

  it('gives an activity the grace, then cancels it, and another worker takes its next try', async () => {
    const queues = testQueues('shutdown');
    const handle = await temporal.client.workflow.start(stubbornWork, {
      taskQueue: queues.control,
      workflowId: queues.control,
      args: [],
    });
    let tries = 0;
    const patient: SmokeActivities = {
      ...activities,
      stubborn: async () => {
        tries += 1;
        return tries === 1 ? Context.current().cancelled : 'done at the second try';
      },
    };
    const options = { bundle, activities: patient, queues, shutdownTimes: { graceMs: 100, forceMs: 5_000 } };
    await withWorkers(temporal, options, () => waitFor(() => tries === 1, 'the first try'));
    await withWorkers(temporal, options, async () => {
      expect(await handle.result()).toBe('done at the second try');
    });
  });

  it('holds a tracker to its rate, however many ask at once', async () => {
    const queues = testQueues('rate');
    const asked: number[] = [];
    const counted: SmokeActivities = {
      ...activities,
      where: async () => {
        asked.push(performance.now());
        return 'here';
      },
    };
    await withWorkers(temporal, { bundle, activities: counted, queues, trackerRate: 5 }, () =>
      temporal.client.workflow.execute(askAtOnce, {
        taskQueue: queues.control,
        workflowId: queues.control,
        args: [queues.trackers[0] ?? '', 12],
      }),
    );
    expect(asked).toHaveLength(12);
    expect((asked.at(-1) ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(1_000);
  });

  it('lets go of the connection when one of the workers cannot be created', async () => {
    const connection = await NativeConnection.connect({ address: inject('temporal').address });
    const creating = createWorkers({
      connection,
      namespace: temporal.namespace,
      identity: 'test',
      queues: testQueues('half'),
      bundle,
      activities: {},
      agentSlots: 1,
      trackerRate: 1,
    });
    await expect(creating).rejects.toThrow(/task type/);
    await connection.close();
  });

  it('shuts all workers down and throws when one cannot be stopped', async () => {
    const queues = testQueues('force');
    await temporal.client.workflow.start(stubbornWork, { taskQueue: queues.control, workflowId: queues.control });
    let tries = 0;
    const deaf: SmokeActivities = {
      ...activities,
      stubborn: () => {
        tries += 1;
        return new Promise(() => {});
      },
    };
    // A connection of its own, because the worker that is left behind keeps holding it.
    const connection = await NativeConnection.connect({ address: inject('temporal').address });
    const workers = await createWorkers({
      connection,
      namespace: temporal.namespace,
      identity: 'test',
      queues,
      bundle,
      activities: deaf,
      agentSlots: 1,
      trackerRate: 100,
      shutdownTimes: { graceMs: 10, forceMs: 200 },
    });
    const running = workers.run();
    await waitFor(() => tries === 1, 'the activity to start');
    workers.shutdown();
    await expect(running).rejects.toThrow();
    expect(workers.status().filter(({ state }) => state === 'RUNNING')).toEqual([]);
  });
});
