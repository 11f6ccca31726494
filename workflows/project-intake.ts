/** The interpreter of the intake: ask `next`, carry the step out, note what came of it. The rules are in `domain/intake`. */

import {
  allHandlersFinished,
  condition,
  isCancellation,
  makeContinueAsNewFunc,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { next, wakeAt } from '../domain/intake/plan.ts';
import { onFailed, onRested } from '../domain/intake/rest.ts';
import { newIntake } from '../domain/intake/state.ts';
import type { IntakeSettings, WokenBy } from '../domain/intake/state.ts';
import { detailsOf } from '../domain/intake/view.ts';
import { bindIntake } from './activities.ts';
import { carryOut } from './intake/carry-out.ts';
import { listen } from './intake/listen.ts';
import { createMessenger } from './intake/messenger.ts';
import type { IntakeInput } from './messages.ts';
import { FREEZE_MEMO } from './messages.ts';
import { shouldContinue } from './should-continue.ts';
import { toTrouble } from './trouble.ts';

/** What the handlers and the loop share. */
export type Intake = { state: NonNullable<IntakeInput['state']> };

/** One per project: sweeps the tracker on a nudge or by its timer, lets items in and tells tasks what changed. */
export async function projectIntake(input: IntakeInput): Promise<void> {
  const { sweepMs, looks, queues } = input;
  const intake: Intake = { state: input.state ?? newIntake(input.project) };
  const settings: IntakeSettings = { sweepMs, troubleMs: looks.troubleMs, debounceMs: looks.debounceMs };
  const bound = bindIntake(queues, looks);
  listen(intake);
  const messenger = createMessenger(intake, bound);
  let wokenBy: WokenBy = 'timer';
  let taken = 0;

  for (;;) {
    // Between two steps everything is in the state, a nudge that has just arrived as well.
    if (taken > 0 && shouldContinue(input)) return carryOn();
    await take();
    taken++;
  }

  async function take(): Promise<void> {
    const step = next(intake.state, settings, Date.now());
    setCurrentDetails(detailsOf(intake.state, Date.now()));
    if (step.kind === 'wait') return wait(step.until);
    if (step.kind === 'rest') {
      intake.state = onRested(intake.state, Date.now());
      return;
    }
    if (step.kind === 'sweep') {
      wokenBy = intake.state.asked?.by ?? 'timer';
      messenger.tryAgain();
    }
    try {
      await carryOut(intake, bound, step);
    } catch (error) {
      if (isCancellation(error)) throw error;
      intake.state = onFailed(intake.state, { wokenBy, trouble: toTrouble(error) }, settings, Date.now());
    }
  }

  /** Messages end the wait only when they bring something to do sooner. */
  async function wait(until: number): Promise<void> {
    const sooner = (): boolean => wakeAt(intake.state, settings, Date.now()) < until;
    await condition(sooner, Math.max(until - Date.now(), 1), { summary: `next sweep of ${input.project}` });
  }

  async function carryOn(): Promise<void> {
    await messenger.idle();
    await condition(allHandlersFinished);
    const { state } = intake;
    // The memo is read with no worker running: not for a moment may a frozen project look unfrozen.
    const memo = { ...workflowInfo().memo, [FREEZE_MEMO]: state.freeze ?? null };
    await makeContinueAsNewFunc<typeof projectIntake>({ memo })({ ...input, state });
  }
}
