import { Command, InvalidArgumentError } from 'commander';
import type { Runner } from '../deps.ts';
import { dryRunOption, jsonOption, keyArgument, parseCount } from './arguments.ts';
import type { DecideOptions } from './decide.ts';
import { runDecide, signalOption } from './decide.ts';

const HELP = `
Examples:
  conveyor reject DEMO-1 --reason "the error case is missing"     the words go to the agent`;

export function rejectCommand(run: Runner): Command {
  return new Command('reject')
    .description('reject what a task asks about; the words go to the agent')
    .addArgument(keyArgument())
    .requiredOption('--reason <words>', 'what to change', parseWords)
    .option('--question <number>', 'the question this answers; the open one by default', parseCount)
    .addOption(signalOption())
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<DecideOptions, 'key' | 'answer'>) =>
      run((deps) => runDecide({ ...options, key, answer: 'reject' }, deps)),
    );
}

function parseWords(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Say what to change: the agent reads it.');
}
