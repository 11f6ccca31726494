import { Command } from 'commander';
import type { Runner } from '../deps.ts';
import { changeFreeze } from '../projects/change-freeze.ts';
import type { FreezeOptions } from '../projects/change-freeze.ts';
import { dryRunOption, jsonOption, projectArgument, reasonOption } from './arguments.ts';

const HELP = `
Examples:
  conveyor freeze DEMO --reason "release week"

Nothing lands any more and nothing new is let in; work before the lane goes on.
Exit codes: 0 frozen, 8 left with Temporal.
JSON: {project, verb, outcome: would|already|done|left, freeze: {by, reason, at}, sentence}`;

export function freezeCommand(run: Runner): Command {
  return new Command('freeze')
    .description('let nothing land and nothing in, for a whole project')
    .addArgument(projectArgument())
    .addOption(reasonOption('why; everybody who asks is told').makeOptionMandatory())
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((project: string, options: Omit<FreezeOptions, 'project'>) =>
      run((deps) => changeFreeze('freeze', { ...options, project }, deps)),
    );
}
