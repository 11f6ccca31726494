import { condition, isCancellation } from '@temporalio/workflow';
import { onSent } from '../../domain/intake/incident.ts';
import type { BoundIntake } from '../activities.ts';
import type { Intake } from '../project-intake.ts';

export type Messenger = {
  /** Sends again what the notifier did not take. */
  tryAgain: () => void;
  /** Settles when nothing is being sent. */
  idle: () => Promise<void>;
};

/** Sends what operators are owed, beside the sweeps: a notifier that is away holds none of them up. */
export function createMessenger(intake: Intake, { notifier }: BoundIntake): Messenger {
  let sending: 'ready' | 'busy' = 'ready';
  // Until the next sweep: one message that a notifier will not take must not keep the others from being told.
  const refused = new Set<string>();
  const nextOwed = () => intake.state.owed.find(({ marker }) => !refused.has(marker));

  async function run(): Promise<never> {
    for (;;) {
      await condition(() => nextOwed() !== undefined);
      const notice = nextOwed();
      if (notice) await send(notice);
    }
  }

  async function send(notice: { marker: string; text: string }): Promise<void> {
    sending = 'busy';
    try {
      await notifier.notify.executeWithOptions({ summary: `notify: ${notice.marker}` }, [notice]);
      intake.state = onSent(intake.state, notice.marker);
    } catch (error) {
      if (isCancellation(error)) throw error;
      refused.add(notice.marker);
    } finally {
      sending = 'ready';
    }
  }

  // It ends with the workflow, by its cancellation at the latest.
  run().catch(() => undefined);
  return {
    tryAgain: () => refused.clear(),
    idle: () => condition(() => sending !== 'busy'),
  };
}
