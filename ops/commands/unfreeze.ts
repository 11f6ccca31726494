import { Command } from 'commander';
import type { Runner } from '../deps.ts';
import { changeFreeze } from '../projects/change-freeze.ts';
import type { FreezeOptions } from '../projects/change-freeze.ts';
import { dryRunOption, jsonOption, projectArgument, reasonOption } from './arguments.ts';

const HELP = `
Exit codes: 0 not frozen, 8 left with Temporal.
JSON: {project, verb, outcome: would|already|done|left, freeze: {by, reason, at}, sentence}`;

export function unfreezeCommand(run: Runner): Command {
  return new Command('unfreeze')
    .description('end a freeze')
    .addArgument(projectArgument())
    .addOption(reasonOption('kept with the command'))
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((project: string, options: Omit<FreezeOptions, 'project'>) =>
      run((deps) => changeFreeze('unfreeze', { ...options, project }, deps)),
    );
}
