import { condition, setHandler } from '@temporalio/workflow';
import { bindActivities } from '../../../workflows/activities.ts';
import { nudgeSignal } from '../../../workflows/messages.ts';
import type { WokenInput } from './messages.ts';

/** The least a signal can lead to: wait for it, run one activity, wait again. */
export async function woken({ queues, looks, key }: WokenInput): Promise<void> {
  let heard = 0;
  setHandler(nudgeSignal, () => void heard++);
  const { control } = bindActivities(queues, looks) as unknown as Record<
    'control',
    {
      judgeGate: {
        executeWithOptions: (options: { summary: string }, args: [{ spec: { key: string } }]) => Promise<void>;
      };
    }
  >;
  for (let seen = 0; ;) {
    await condition(() => heard > seen);
    seen = heard;
    await control.judgeGate.executeWithOptions({ summary: 'read' }, [{ spec: { key } }]);
  }
}
