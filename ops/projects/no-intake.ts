import { OpsError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/** The project's workflow does not run: nothing is let in, and nobody keeps a freeze. */
export function noIntake(project: string, cause?: unknown): OpsError {
  return new OpsError(
    {
      what: `No intake runs for the project ${project}.`,
      why: 'It is started by the first worker and by setup, for each project of conveyor.yaml.',
      run: 'conveyor setup',
      exit: EXIT.failed,
    },
    cause,
  );
}
