import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { CreateWorkersOptions, WorkerQueues, Workers } from '../../worker/create-worker.ts';
import { createWorkers } from '../../worker/create-worker.ts';

export type TestTemporal = {
  client: Client;
  connection: NativeConnection;
  namespace: string;
  close: () => Promise<void>;
};

/** Connects to a server that runs already; end it with `close`. */
export async function connectTo({ address, namespace }: { address: string; namespace: string }): Promise<TestTemporal> {
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  return {
    client: new Client({ connection: clientConnection, namespace, identity: 'test' }),
    connection,
    namespace,
    close: async () => {
      await clientConnection.close();
      await connection.close();
    },
  };
}

/** Queues of this test's own, so that no other test's worker takes its tasks. */
export function testQueues(name: string): WorkerQueues {
  const own = `${name}-${randomUUID().slice(0, 8)}`;
  return {
    control: `${own}-control`,
    agents: `${own}-agents`,
    release: `${own}-release`,
    trackers: [`${own}-tracker`],
  };
}

export type TestWorkersOptions = Pick<CreateWorkersOptions, 'bundle' | 'activities' | 'queues'> &
  Partial<CreateWorkersOptions>;

/** Runs workers while `work` runs; its result is returned after they have shut down. */
export async function withWorkers<T>(
  temporal: TestTemporal,
  options: TestWorkersOptions,
  work: (workers: Workers) => Promise<T>,
): Promise<T> {
  const workers = await createWorkers({
    connection: temporal.connection,
    namespace: temporal.namespace,
    identity: 'test',
    agentSlots: 2,
    trackerRate: 1_000,
    shutdownTimes: { graceMs: 500, forceMs: 5_000 },
    ...remembering(process.env['CONVEYOR_TEST_CACHED_WORKFLOWS']),
    ...options,
  });
  const running = workers.run();
  // When a worker fails the work would wait for ever: its error ends the test instead.
  const failed = running.then(() => new Promise<never>(() => {}));
  try {
    return await Promise.race([work(workers), failed]);
  } finally {
    workers.shutdown();
    await running;
  }
}

/** `0` for a run of the whole suite in which every step replays the task's history from its beginning. */
function remembering(workflows: string | undefined): Pick<TestWorkersOptions, 'maxCachedWorkflows'> {
  return workflows === undefined ? {} : { maxCachedWorkflows: Number(workflows) };
}
