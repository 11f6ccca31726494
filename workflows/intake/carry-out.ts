import { onAdmitted } from '../../domain/intake/admission.ts';
import { digestMarker, onDigest } from '../../domain/intake/digest.ts';
import { owe } from '../../domain/intake/incident.ts';
import { onNotNudged, onNudging } from '../../domain/intake/nudges.ts';
import type { IntakeStep } from '../../domain/intake/plan.ts';
import type { TaskNudge, Waiting } from '../../domain/intake/state.ts';
import { askSweep, onSweepBegun, onSwept } from '../../domain/intake/sweep.ts';
import type { BoundIntake } from '../activities.ts';
import type { Intake } from '../project-intake.ts';

export type ActiveStep = Exclude<IntakeStep, { kind: 'wait' | 'rest' }>;

/** Asks for what the step needs and notes the answer; throws what the activity threw. */
export function carryOut(intake: Intake, bound: BoundIntake, step: ActiveStep): Promise<void> {
  switch (step.kind) {
    case 'sweep':
      return sweep(intake, bound);
    case 'admit':
      return admit(intake, bound, step.items);
    case 'nudge':
      return nudge(intake, bound, step.nudges);
    case 'digest':
      return digest(intake, bound, step.day);
  }
}

async function sweep(intake: Intake, { tracker }: BoundIntake): Promise<void> {
  const input = askSweep(intake.state, Date.now());
  intake.state = onSweepBegun(intake.state, Date.now());
  const summary = `sweep ${input.project} (${input.wokenBy})`;
  const found = await tracker.sweep.executeWithOptions({ summary }, [input]);
  intake.state = onSwept(intake.state, input, found, Date.now());
}

/** At the same time, and every answer counts whatever came of the others. */
async function admit(intake: Intake, { tracker }: BoundIntake, items: readonly Waiting[]): Promise<void> {
  const { project } = intake.state;
  const admissions = items.map(async ({ key, title, blockedBy }) => {
    const summary = `let ${key} in`;
    const admission = await tracker.admit.executeWithOptions({ summary }, [{ project, key, title, blockedBy }]);
    intake.state = onAdmitted(intake.state, key, admission);
  });
  const failed = (await Promise.allSettled(admissions)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

async function nudge(intake: Intake, { control }: BoundIntake, nudges: readonly TaskNudge[]): Promise<void> {
  const summary = nudges.length === 1 ? `nudge ${nudges[0]?.key}` : `nudge ${nudges.length} tasks`;
  intake.state = onNudging(intake.state, nudges);
  try {
    await control.nudgeTasks.executeWithOptions({ summary }, [{ nudges }]);
  } catch (error) {
    intake.state = onNotNudged(intake.state, nudges);
    throw error;
  }
}

async function digest(intake: Intake, { control }: BoundIntake, day: string): Promise<void> {
  const { project } = intake.state;
  const summary = `digest of ${day}`;
  const { text } = await control.digest.executeWithOptions({ summary }, [{ project, at: Date.now() }]);
  intake.state = onDigest(intake.state, day);
  if (text !== undefined) intake.state = owe(intake.state, { marker: digestMarker(project, day), text });
}
