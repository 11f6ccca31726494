/** Replays what the workflows of a soak have left behind with the workflows as they are. */

import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { ReplayHistoriesIterable, WorkflowBundleOption } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';

/** Why a history does not replay, by workflow id; the history is kept for whoever looks into it. */
export async function findUnreplayable(
  client: Client,
  workflowIds: readonly string[],
  bundle: WorkflowBundleOption,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const histories = historiesOf(client, workflowIds);
  // One worker for all of them: each would load the workflows anew.
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle }, histories)) {
    if (error === undefined) continue;
    const kept = join(tmpdir(), `conveyor-soak-${workflowId.replace('/', '-')}.json`);
    await writeFile(kept, historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory()));
    found.set(workflowId, `${workflowId} does not replay, see ${kept}: ${String(error)}`);
  }
  return found;
}

async function* historiesOf(client: Client, workflowIds: readonly string[]): ReplayHistoriesIterable {
  for (const workflowId of workflowIds) {
    yield { workflowId, history: await client.workflow.getHandle(workflowId).fetchHistory() };
  }
}
