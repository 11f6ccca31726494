import { Command } from 'commander';
import type { Runner } from '../deps.ts';
import type { SteerOptions } from '../tasks/steer.ts';
import { steer } from '../tasks/steer.ts';
import { dryRunOption, jsonOption, keyArgument, reasonOption } from './arguments.ts';

const HELP = `
What runs is finished and kept; nothing more is started. After landing the watch over production goes on first.

Exit codes: 0 paused, 8 left with Temporal, or taken and not shown yet.
JSON: {key, verb, outcome: would|already|seen|sent|left, status, sentence}`;

export function pauseCommand(run: Runner): Command {
  return new Command('pause')
    .description('start nothing more for a task until it is resumed')
    .addArgument(keyArgument())
    .addOption(reasonOption('kept with the pause'))
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<SteerOptions, 'key'>) =>
      run((deps) => steer('pause', { ...options, key }, deps)),
    );
}
