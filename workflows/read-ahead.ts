import type { ActivateInput, WorkflowInterceptors } from '@temporalio/workflow';

type Activation = Pick<ActivateInput['activation'], 'historyLength' | 'timestamp' | 'jobs'>;

/** Says before each activation whether the workflow may still be carried on. */
export type Watch = (activation: Activation) => 'go on' | 'read ahead';

/**
 * A query that waits for a dead worker is handed to another one after a while, and that one carries the workflow on to
 * the history's end, also over events whose workflow task has not started. When the task comes with more of them, what
 * the worker then does was decided in two steps, and is replayed in one: with a decision or a signal in between, such a
 * history never replays again, and its task is stuck (SDK 1.24.0; docs/adr/0015). What tells it apart is that the
 * history has grown and its time, which is that of the last started workflow task, has not.
 */
export function watchReadAhead(): Watch {
  let length = 0;
  let time: string | undefined;
  let ahead = false;
  return ({ historyLength, timestamp, jobs }) => {
    if (jobs?.every(({ queryWorkflow }) => queryWorkflow) ?? true) return 'go on';
    if (ahead) return 'read ahead';
    const now = `${String(timestamp?.seconds ?? 0)}.${timestamp?.nanos ?? 0}`;
    ahead = now === time && (historyLength ?? 0) > length;
    [length, time] = [historyLength ?? 0, now];
    return 'go on';
  };
}

/** Loaded by the bundle for every workflow: one that was read ahead is given up, and made anew from its history. */
export function interceptors(): WorkflowInterceptors {
  const watch = watchReadAhead();
  return {
    internals: [
      {
        activate: (input, next) => {
          if (watch(input.activation) === 'read ahead') {
            throw new Error('A query read this workflow ahead of its history: it is replayed, and nothing is lost.');
          }
          next(input);
        },
      },
    ],
  };
}
