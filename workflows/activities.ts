/** The only `proxyActivities`: which queue, which timeouts, how often Temporal tries again. */

import type { ActivityOptions } from '@temporalio/workflow';
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { HEARTBEAT_MS } from '../domain/default-pipeline.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import type { Queues } from './messages.ts';

/** A test command or a build may take its time; whether its worker lives is told by the heartbeat. */
const LONG = '2 hours';

/** For all tries together: whoever is told must not be waited for, however long a notifier asks to be left alone. */
export const NOTIFIER_PATIENCE = '1 minute';

/** Trouble is tried three times quickly; after that the task waits and looks again by itself. */
function quickTries(retryMs: number): NonNullable<ActivityOptions['retry']> {
  return { maximumAttempts: 3, initialInterval: retryMs, backoffCoefficient: 2 };
}

export function bindActivities(queues: Queues, looks: Pipeline['looks']): Bound {
  const retry = quickTries(looks.retryMs);
  const heartbeatTimeout = looks.heartbeatMs ?? HEARTBEAT_MS;
  const alive = { heartbeatTimeout, retry };
  return {
    control: proxyActivities<Activities>({ taskQueue: queues.control, startToCloseTimeout: LONG, ...alive }),
    agents: proxyActivities<Activities>({
      taskQueue: queues.agents,
      startToCloseTimeout: '4 hours',
      ...alive,
      // Where an agent runs is decided by slots, never by who happens to complete a workflow task.
      allowEagerDispatch: false,
    }),
    tracker: proxyActivities<Activities>({ taskQueue: queues.tracker, startToCloseTimeout: '1 minute', retry }),
    release: proxyActivities<Activities>({ taskQueue: queues.release, startToCloseTimeout: LONG, ...alive }),
  };
}

/** What the intake asks for: a listing may have many pages, and a notifier that hangs must not be waited for long. */
export function bindIntake({ control, tracker }: Queues, looks: Pipeline['looks']): BoundIntake {
  const retry = quickTries(looks.retryMs);
  const heartbeatTimeout = looks.heartbeatMs ?? HEARTBEAT_MS;
  const alive = { startToCloseTimeout: '10 minutes', heartbeatTimeout, retry } as const;
  return {
    tracker: proxyActivities<Activities>({ taskQueue: tracker, ...alive }),
    control: proxyActivities<Activities>({ taskQueue: control, ...alive }),
    notifier: proxyActivities<Activities>({
      taskQueue: control,
      startToCloseTimeout: '30 seconds',
      scheduleToCloseTimeout: NOTIFIER_PATIENCE,
      retry,
    }),
  };
}
export type BoundIntake = Record<'tracker' | 'control' | 'notifier', Proxy>;

type Proxy = ReturnType<typeof proxyActivities<Activities>>;
export type Bound = Record<keyof Queues, Proxy>;
