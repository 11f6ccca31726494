import { Command } from 'commander';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { note, printJson, printTable } from '../output.ts';
import { requireConfig } from '../project.ts';
import { dryRunOption, jsonOption } from './arguments.ts';

export type SetupOptions = { dryRun?: true; json?: true };

const HELP = `
Makes the namespace, keeps closed tasks for 90 days, registers what is missing of the search attributes, and starts the
intake of each project of conveyor.yaml. Doing it again changes nothing. conveyor dev does all of it by itself.

JSON: {steps: [{part, change: kept|changed|would, say}]}`;

export function setupCommand(run: Runner): Command {
  return new Command('setup')
    .description('prepare a Temporal namespace for the projects of conveyor.yaml')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((options: SetupOptions) => run((deps) => runSetup(options, deps)));
}

export async function runSetup({ dryRun, json }: SetupOptions, deps: OpsDeps): Promise<ExitCode> {
  const steps = await deps.setup({ config: requireConfig(deps), mode: dryRun ? 'would' : 'do' });
  if (json) printJson(deps.io, { steps });
  else {
    const rows = steps.map(({ part, change, say }) => ({ cells: [part, change, say] }));
    printTable(deps, ['part', 'change', 'what'], rows, 'whole');
  }
  if (deps.io.isTTY && !dryRun) note(deps.io, '→ conveyor doctor');
  return EXIT.ok;
}
