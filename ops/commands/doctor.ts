import { Command } from 'commander';
import type { Check } from '../../app/doctor.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { cleanLine } from '../format/clean.ts';
import type { Style } from '../format/style.ts';
import { paint } from '../format/style.ts';
import type { Io } from '../io.ts';
import { printJson, printLines } from '../output.ts';
import { jsonOption } from './arguments.ts';

export type DoctorOptions = { json?: true };

const HELP = `
Looks at configuration, Temporal, workers, intakes, webhook endpoint, trackers, repositories and notifiers, and changes
nothing. Fields: result, check, what, what helps.

Exit codes: 0 nothing failed, 1 something did.
JSON: {result: ok|warn|fail, checks: [{check, result: ok|warn|fail, say, run}]}`;

const STYLES: Record<Check['result'], Style> = { ok: 'green', warn: 'yellow', fail: 'red' };
const WORST = ['fail', 'warn', 'ok'] as const;

export function doctorCommand(run: Runner): Command {
  return new Command('doctor')
    .description('what is well, what is not, and what to do')
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((options: DoctorOptions) => run((deps) => runDoctor(options, deps)));
}

export async function runDoctor({ json }: DoctorOptions, deps: OpsDeps): Promise<ExitCode> {
  const checks = await deps.doctor();
  const result = WORST.find((worst) => checks.some((check) => check.result === worst)) ?? 'ok';
  if (json) printJson(deps.io, { result, checks: checks.map((check) => ({ ...check, run: check.run ?? null })) });
  else printLines(deps.io, deps.io.isTTY ? forPeople(checks, deps.io) : checks.map(forPrograms));
  return result === 'fail' ? EXIT.failed : EXIT.ok;
}

function forPeople(checks: readonly Check[], io: Io): string[] {
  const widest = Math.max(...checks.map(({ check }) => check.length));
  return checks.flatMap(({ check, result, say, run }) => [
    `${paint(io, STYLES[result], result.padEnd(4))}  ${check.padEnd(widest)}  ${cleanLine(say)}`,
    ...(run === undefined ? [] : [`      ${paint(io, 'bold', `→ ${run}`)}`]),
  ]);
}

function forPrograms({ check, result, say, run }: Check): string {
  return [result, check, cleanLine(say), run ?? ''].join('\t');
}
