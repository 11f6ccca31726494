import { Command } from 'commander';
import type { Runner } from '../deps.ts';
import { dryRunOption, jsonOption, keyArgument, parseCount } from './arguments.ts';
import type { DecideOptions } from './decide.ts';
import { runDecide, signalOption } from './decide.ts';

const HELP = `
Examples:
  conveyor approve DEMO-1
  conveyor approve DEMO-1 --question 2     only if that one is still open`;

export function approveCommand(run: Runner): Command {
  return new Command('approve')
    .description('approve what a task asks about')
    .addArgument(keyArgument())
    .option('--question <number>', 'the question this answers; the open one by default', parseCount)
    .option('--reason <words>', 'kept with the approval')
    .addOption(signalOption())
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<DecideOptions, 'key' | 'answer'>) =>
      run((deps) => runDecide({ ...options, key, answer: 'approve' }, deps)),
    );
}
