import { Command } from 'commander';
import type { Runner } from '../deps.ts';
import type { SteerOptions } from '../tasks/steer.ts';
import { steer } from '../tasks/steer.ts';
import { dryRunOption, jsonOption, keyArgument, reasonOption } from './arguments.ts';

const HELP = `
Examples:
  conveyor abort DEMO-1 --yes --reason "no longer wanted"

An agent is stopped; a release that has landed is first brought to its end. The card goes to the cancelled state.
Exit codes: 0 aborted, 2 without --yes, 4 done already, 8 left with Temporal, or taken and not shown yet.
JSON: {key, verb, outcome: would|already|seen|sent|left, status, sentence}`;

export function abortCommand(run: Runner): Command {
  return new Command('abort')
    .description('end a task for good')
    .addArgument(keyArgument())
    .option('--yes', 'really; without it nothing is done')
    .addOption(reasonOption('kept with the end'))
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<SteerOptions, 'key'>) =>
      run((deps) => steer('abort', { ...options, key }, deps)),
    );
}
