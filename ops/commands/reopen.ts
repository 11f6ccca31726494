import { Command } from 'commander';
import type { ProjectConfig } from '../../app/settings.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import { NoTask, OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { printOutcome } from '../output.ts';
import { chooseProject, requireConfig } from '../project.ts';
import type { TaskRecord } from '../tasks/tasks.ts';
import { openTasks } from '../tasks/tasks.ts';
import { dryRunOption, jsonOption, keyArgument, projectOf, reasonOption } from './arguments.ts';

export type ReopenOptions = { key: string; reason?: string; dryRun?: true; json?: true };

const HELP = `
Moves the card into the entry state as you. The intake then starts the next run, with a branch of its own.

Exit codes: 0 moved, 4 the task has not ended, or the card is in the entry state already.
JSON: {key, outcome: would|moved, run, from, to, sentence}; run is the last one, null when there is none.`;

export function reopenCommand(run: Runner): Command {
  return new Command('reopen')
    .description('deliver an item anew whose task has ended')
    .addArgument(keyArgument())
    .addOption(reasonOption('written on the card'))
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<ReopenOptions, 'key'>) => run((deps) => runReopen({ ...options, key }, deps)));
}

export async function runReopen(options: ReopenOptions, deps: OpsDeps): Promise<ExitCode> {
  const { key, dryRun } = options;
  const project = chooseProject(requireConfig(deps), projectOf(key));
  const ended = await endedTask(key, deps);
  const from = await stateOf(key, project, ended, deps);
  const to = project.states.entry;
  const then = ended ? `the intake starts run ${ended.run + 1}` : 'the intake starts it';
  const move = `from ${from} to ${to}`;
  if (!dryRun) await moveCard(options, { project: project.key, to, run: ended?.run ?? 0 }, deps);
  const sentence = dryRun
    ? `would move ${key} ${move} as ${deps.user()}; ${then}, if nothing holds it back`
    : `Moved ${key} ${move}; ${then} with its next sweep.`;
  printOutcome(
    deps.io,
    {
      line: sentence,
      fields: [key, dryRun ? 'would' : 'moved', sentence],
      json: { key, outcome: dryRun ? 'would' : 'moved', run: ended?.run ?? null, from, to, sentence },
      ...(dryRun ? {} : { next: `conveyor explain ${key}` }),
    },
    options.json ? 'json' : 'usual',
  );
  return EXIT.ok;
}

/** The item's last run; undefined when it never had one. Throws when it has not ended. */
async function endedTask(key: string, deps: OpsDeps): Promise<TaskRecord | undefined> {
  const tasks = await openTasks(deps);
  const task = await tasks.record(key).catch((error: unknown) => {
    if (error instanceof NoTask) return undefined;
    throw error;
  });
  if (task === undefined || task.endedAt !== undefined) return task;
  throw new OpsError({
    what: `${key} has not ended (${task.status}): there is nothing to reopen.`,
    run: `conveyor explain ${key}`,
    exit: EXIT.refused,
  });
}

/** Where the card is. Throws when nothing would come of a move, or when there is no card. */
async function stateOf(
  key: string,
  { key: project, states }: ProjectConfig,
  ended: TaskRecord | undefined,
  deps: OpsDeps,
): Promise<string> {
  const card = await (await deps.boards()).card(project, key);
  if (!card) throw new OpsError({ what: `There is no card ${key} on the board of ${project}.`, exit: EXIT.failed });
  if (card.stateName !== states.entry) return card.stateName;
  const out = `conveyor board move ${key} "${states.cancelled}", then conveyor reopen ${key}`;
  throw new OpsError({
    what: `${key} is in ${states.entry} already.`,
    why: ended
      ? 'Only a move into it, made after the end of its last run, reopens it.'
      : 'The intake lets it in when it is its turn.',
    run: ended ? out : `conveyor explain ${key}`,
    exit: EXIT.refused,
  });
}

/** The words first: whoever sees the move finds them. Said again they are not written twice. */
async function moveCard(
  { key, reason }: ReopenOptions,
  { project, to, run }: { project: string; to: string; run: number },
  deps: OpsDeps,
): Promise<void> {
  const boards = await deps.boards();
  const by = deps.user();
  const text = reason?.trim();
  if (text) await boards.comment({ project, key, text, by, marker: `${key}#${run + 1}/reopen` });
  await boards.move({ project, key, stateName: to, by });
}
