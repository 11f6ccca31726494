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

/** There is no task of this key, running or ended; the item may be waiting to be let in all the same. */
export class NoTask extends OpsError {
  constructor(key: string, cause?: unknown) {
    super(
      {
        what: `There is no task ${key}.`,
        why: 'A task starts when its card is moved to the entry state.',
        run: `conveyor explain ${key}`,
        exit: EXIT.failed,
      },
      cause,
    );
    this.name = 'NoTask';
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
  const run = problems.some(isMissingFile) ? { run: 'conveyor dev --sample   writes a sample project here' } : {};
  return new OpsError({ what: `the configuration has ${count}:`, why, ...run, exit: EXIT.usage });
}

/** As the reader of the file says it; a test holds the two together. */
function isMissingFile({ line, message }: Problem): boolean {
  return line === 1 && message.startsWith('no such file');
}

function print({ what, why, run }: Told): string {
  return [`error: ${what}`, ...(why === undefined ? [] : [why]), ...(run === undefined ? [] : [`→ ${run}`])].join('\n');
}

function exitOf(error: PortError): ExitCode {
  return error.trouble === 'config' ? EXIT.usage : EXIT.refused;
}
