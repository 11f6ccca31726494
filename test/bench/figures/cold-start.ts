import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { execaNode } from 'execa';
import { queuesOf } from '../../../app/tasks-of.ts';
import { DEFAULT_PIPELINE } from '../../../domain/default-pipeline.ts';
import { cachedBundle } from '../../../worker/bundle-cache.ts';
import { startWorker } from '../../e2e/support/program.ts';
import type { Volume } from '../../e2e/support/volume.ts';
import { waitSteadily } from '../../support/wait-for.ts';
import { SOURCE } from '../bare.ts';
import type { Figure } from '../figure.ts';
import { readHistory } from '../history.ts';
import { median } from '../median.ts';
import { withOwnVolume } from '../own-volume.ts';
import { compiledProgramsReady } from '../ready.ts';

const PAIRS = 3;
const BARE = join(import.meta.dirname, '../programs/bare-worker.mjs');
const QUEUES = queuesOf('cold-')('BENCH');

/** From the start of the process until it has done the first workflow task, against a worker that does nothing else. */
export const coldStart: Figure = {
  figure: 'cold start of a worker to its first task, over a bare one',
  unit: '×',
  aim: 2.5,
  limit: 5,
  measure: ({ cacheRoot }) =>
    withOwnVolume(async (volume) => {
      await compiledProgramsReady();
      const codePath = join(volume.folder, 'bare.js');
      await writeFile(codePath, (await cachedBundle(SOURCE, { cacheRoot })).code);
      const pairs: { oursMs: number; bareMs: number }[] = [];
      while (pairs.length < PAIRS) {
        const bareMs = await startBare(volume, codePath, `bare/${pairs.length}`);
        pairs.push({ oursMs: await startOurs(volume), bareMs });
      }
      const value = median(pairs.map(({ oursMs, bareMs }) => oursMs / bareMs));
      return { value: Math.round(value * 100) / 100, raw: { pairs } };
    }),
};

/** The first task of a worker is the intake's, which it starts itself. */
async function startOurs(volume: Volume): Promise<number> {
  const began = Date.now();
  const worker = await startWorker(volume, 'worker');
  const first = await firstTaskAt(volume.client, `project/${volume.project.key}`, began);
  await worker.stop();
  await volume.client.workflow.getHandle(`project/${volume.project.key}`).terminate();
  return first - began;
}

async function startBare({ client, env }: Volume, codePath: string, workflowId: string): Promise<number> {
  const input = { queues: QUEUES, looks: DEFAULT_PIPELINE.looks, key: workflowId };
  const handle = await client.workflow.start('woken', { workflowId, taskQueue: QUEUES.control, args: [input] });
  const began = Date.now();
  const args = [env['TEMPORAL_ADDRESS'] ?? '', env['TEMPORAL_NAMESPACE'] ?? '', QUEUES.control, codePath];
  const worker = execaNode(BARE, args, { reject: false, stdio: 'ignore', ipc: false });
  const first = await firstTaskAt(client, workflowId, began);
  worker.kill('SIGKILL');
  await worker;
  await handle.terminate();
  return first - began;
}

/** When the workflow's first task was done, by the clock of the server, which is this machine's. */
function firstTaskAt(client: Client, workflowId: string, since: number): Promise<number> {
  const read = async (): Promise<number | undefined> => {
    const events = await readHistory(client, workflowId).catch(() => []);
    const done = events.find(({ workflowTaskCompletedEventAttributes: attributes }) => attributes);
    const at = Number(done?.eventTime?.seconds ?? 0) * 1_000 + (done?.eventTime?.nanos ?? 0) / 1e6;
    return at > since ? at : undefined;
  };
  return waitSteadily(read, `the first task of ${workflowId}`, 60_000);
}
