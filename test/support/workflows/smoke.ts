import {
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { taskBounces, taskStage } from '../../../workflows/search-attributes.ts';
import type { WorkerQueues } from '../../../worker/create-worker.ts';

/** The activities these workflows expect of the test. */
export type SmokeActivities = { where: () => Promise<string>; stubborn: () => Promise<string> };

/** Asks one activity on every queue where it ran. */
export async function echoOnEveryQueue(queues: WorkerQueues): Promise<string[]> {
  const names = [queues.control, queues.agents, queues.release, ...queues.trackers];
  const answers: string[] = [];
  for (const taskQueue of names) {
    const { where } = proxyActivities<SmokeActivities>({ taskQueue, startToCloseTimeout: '10s' });
    answers.push(await where());
  }
  return answers;
}

/** Waits on a timer, then writes search attributes. */
export async function waitThenUpsert(ms: number): Promise<void> {
  await sleep(ms);
  upsertSearchAttributes([
    { key: taskStage, value: 'testing' },
    { key: taskBounces, value: 2 },
  ]);
}

/** Runs the activity that ends only when it is cancelled. */
export async function stubbornWork(): Promise<string> {
  const { stubborn } = proxyActivities<SmokeActivities>({ startToCloseTimeout: '60s', retry: { initialInterval: 10 } });
  return stubborn();
}

/** Asks the same queue `count` times at once. */
export async function askAtOnce(taskQueue: string, count: number): Promise<void> {
  const { where } = proxyActivities<SmokeActivities>({ taskQueue, startToCloseTimeout: '10s' });
  await Promise.all(Array.from({ length: count }, () => where()));
}

export const signalled = defineSignal('signalled');
export const asked = defineQuery<string>('asked');

/** After its first piece of work it does what depends on whether somebody has signalled. */
export async function workThenHear(taskQueue: string): Promise<string> {
  const { work } = proxyActivities<{ work: (name: string) => Promise<void> }>({
    taskQueue,
    startToCloseTimeout: '60s',
  });
  let heard = false;
  let done = 'nothing';
  setHandler(signalled, () => void (heard = true));
  setHandler(asked, () => done);
  await work('first');
  done = 'first';
  if (heard) await sleep(10);
  else await work('second');
  await condition(() => heard);
  return done;
}
