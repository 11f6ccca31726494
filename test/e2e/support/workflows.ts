/** Workflows without activities, for workers that die: a process that runs both takes the task of a workflow with it. */

import { homedir } from 'node:os';
import { NativeConnection, Worker } from '@temporalio/worker';
import { userCacheRoot } from '../../../adapters/temporal/cli-cache.ts';
import { queuesOf } from '../../../app/tasks-of.ts';
import { workflowBundle } from '../../../worker/bundle.ts';
import type { Volume } from './volume.ts';

/** Runs the volume's workflows in this process while `work` runs. */
export async function withWorkflows<T>({ env, project }: Volume, work: () => Promise<T>): Promise<T> {
  const connection = await NativeConnection.connect({ address: env['TEMPORAL_ADDRESS'] ?? '' });
  try {
    const worker = await Worker.create({
      connection,
      namespace: env['TEMPORAL_NAMESPACE'] ?? '',
      taskQueue: queuesOf()(project.key).control,
      workflowBundle: await workflowBundle({ cacheRoot: userCacheRoot(process.env, homedir()) }),
    });
    return await worker.runUntil(work);
  } finally {
    await connection.close();
  }
}
