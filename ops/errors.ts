import { formatProblem, PortError } from '../app/problems.ts';
import type { Problem } from '../app/settings.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';

/** For people: what happened, why probably, what to run. */
export type Told = { what: string; why?: string; run?: string; exit: ExitCode };

/** An end of a command that is told in `told`'s words; everything else thrown is a defect or trouble of a port. */
export class OpsError extends Error {
  readonly told: Told;

  constructor(told: Told, cause?: unknown) {
    super(told.what, cause === undefined ? {} : { cause });
    this.name = 'OpsError';
    this.told = told;
  }
}

/** How any error is told and what the command exits with. */
export function tell(error: unknown): { text: string; exit: ExitCode } {
  if (error instanceof OpsError) return { text: print(error.told), exit: error.told.exit };
  if (error instanceof PortError)
    return { text: print({ what: error.message, exit: EXIT.failed }), exit: exitOf(error) };
  const what = error instanceof Error ? error.message : String(error);
  return { text: print({ what: `unexpected: ${what}`, exit: EXIT.failed }), exit: EXIT.failed };
}

/** Every problem of the configuration, as file:line:column. */
export function configError(problems: readonly Problem[]): OpsError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const why = problems.map((problem) => `  ${formatProblem(problem)}`).join('\n');
  return new OpsError({ what: `the configuration has ${count}:`, why, exit: EXIT.usage });
}

function print({ what, why, run }: Told): string {
  return [`error: ${what}`, ...(why === undefined ? [] : [why]), ...(run === undefined ? [] : [`→ ${run}`])].join('\n');
}

function exitOf(error: PortError): ExitCode {
  return error.trouble === 'config' ? EXIT.usage : EXIT.refused;
}
