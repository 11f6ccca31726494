import { Command } from 'commander';
import type { Runner } from '../deps.ts';
import type { SteerOptions } from '../tasks/steer.ts';
import { steer } from '../tasks/steer.ts';
import { dryRunOption, jsonOption, keyArgument, reasonOption } from './arguments.ts';

const HELP = `
A card that a person holds is moved back on its board instead: conveyor board move DEMO-1 "In Progress".

Exit codes: 0 goes on, 8 left with Temporal, or taken and not shown yet.
JSON: {key, verb, outcome: would|already|seen|sent|left, status, sentence}`;

export function resumeCommand(run: Runner): Command {
  return new Command('resume')
    .description('let a paused task go on')
    .addArgument(keyArgument())
    .addOption(reasonOption('kept with the command'))
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<SteerOptions, 'key'>) =>
      run((deps) => steer('resume', { ...options, key }, deps)),
    );
}
