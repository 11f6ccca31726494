import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../../worker/bundle.ts';
import type { Bench } from '../bench.ts';
import type { Figure, Measured } from '../figure.ts';
import { readHistory } from '../history.ts';

const REPLAYS = 30;

/**
 * How fast a worker gets back what it does not remember: the history of a whole task, one replay after the other. Per
 * second of processor time, so that what else runs on the machine does not count.
 */
export const replaySpeed: Figure = {
  figure: 'replay of a task',
  unit: 'events per second',
  better: 'more',
  aim: 1_500,
  limit: 500,
  measure,
};

async function measure({ temporal: { client }, cacheRoot, deliver }: Bench): Promise<Measured> {
  const { workflowId } = await deliver();
  const events = await readHistory(client, workflowId);
  const options = { workflowBundle: await workflowBundle({ cacheRoot }) };
  const histories = Array.from({ length: REPLAYS + 1 }, () => ({ workflowId, history: { events } }));
  let began: NodeJS.CpuUsage | undefined;
  for await (const { error } of Worker.runReplayHistories(options, histories)) {
    if (error) throw error;
    // The first one loads the workflows.
    began ??= process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  const value = Math.round((events.length * REPLAYS) / seconds);
  return { value, raw: { events: events.length, replays: REPLAYS, ms: Math.round(seconds * 1_000) } };
}
