import { condition, continueAsNew, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import { bindActivities } from './activities.ts';
import type { IntakeInput } from './messages.ts';
import { nudgeSignal, sweepSignal } from './messages.ts';

/** One per project: sweeps the tracker on a nudge or by its timer and starts a task for every card that entered. */
export async function projectIntake(input: IntakeInput): Promise<void> {
  let asked = 0;
  let seen = 0;
  setHandler(nudgeSignal, () => void asked++, { description: 'Sweep the tracker now: something may have changed' });
  setHandler(sweepSignal, () => void asked++, { description: 'Sweep the tracker now' });
  const { tracker } = bindActivities(input.queues, input.looks);
  while (!workflowInfo().continueAsNewSuggested) {
    const wokenBy = asked === seen ? ('timer' as const) : ('nudge' as const);
    seen = asked;
    try {
      await tracker.sweep.executeWithOptions({ summary: `sweep ${input.project}` }, [
        { project: input.project, wokenBy },
      ]);
    } catch (error) {
      if (isCancellation(error)) throw error;
      // The tracker is unwell: the next sweep finds what this one could not read.
    }
    await condition(() => asked !== seen, input.sweepMs);
  }
  await continueAsNew<typeof projectIntake>(input);
}
