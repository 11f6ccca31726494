import type { DigestInput } from './digest.ts';
import { digest } from './digest.ts';
import type { Admission, SweepFound, SweepInput, TaskNudge } from '../../domain/intake/state.ts';
import type { Ports } from '../ports.ts';
import type { AdmitInput } from './admit.ts';
import { admit } from './admit.ts';
import { eachOf } from './each-of.ts';
import { sweep } from './sweep.ts';

export type { AdmitInput } from './admit.ts';
export type { DigestInput } from './digest.ts';

export type IntakePorts = Pick<Ports, 'tracker' | 'switches' | 'policies' | 'tasks'>;
export type IntakeActivities = {
  /** Reads what changed on the board. */
  sweep(input: SweepInput): Promise<SweepFound>;
  /** Starts the item's next run, when it may have one. */
  admit(input: AdmitInput): Promise<Admission>;
  /** Tells tasks to look again; those that ended are left alone. */
  nudgeTasks(input: { nudges: readonly TaskNudge[] }): Promise<void>;
  /** The text of the project's digest; none when nothing waits for a person. */
  digest(input: DigestInput): Promise<{ text?: string }>;
};

/** What the intake asks of the world. It decides nothing: the rules are in `domain/intake`. */
export function createIntakeActivities(ports: IntakePorts): IntakeActivities {
  return {
    sweep: (input) => sweep(ports, input),
    admit: (input) => admit(ports, input),
    nudgeTasks: async ({ nudges }) => {
      await eachOf(nudges, ({ key, source }) => ports.tasks.nudge(key, source));
    },
    digest: (input) => digest(ports, input),
  };
}
