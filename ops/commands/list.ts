import { Command } from 'commander';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { note, printJson, printTable } from '../output.ts';
import type { Turn } from '../tasks/turn.ts';
import { createTurns } from '../tasks/turn.ts';
import type { TaskRecord } from '../tasks/tasks.ts';
import { openTasks } from '../tasks/tasks.ts';
import { jsonOption, parseCount } from './arguments.ts';

export type ListOptions = { all?: true; limit: number; project?: string; json?: true };

const COLUMNS = ['task', 'status', 'stage', 'since', 'bounces', 'waiting for'];
const HELP = `
Examples:
  conveyor list                 what waits for you first, then everything that runs
  conveyor list --all           also what has ended
  conveyor list | cut -f1       keys; fields: task, status, stage, since, bounces, waiting for, answer

First the questions you may answer, approvals before others, then what is held, paused or in trouble, then the rest.
"answer" is the command that goes on with it; explain has every answer there is.
JSON: {tasks: [{key, title, project, repo, run, status, stage, stageSince, sentence, bounces, endedAt, answer}]}`;

export function listCommand(run: Runner): Command {
  return new Command('list')
    .description('tasks, what waits for you first; works with no worker running')
    .option('-a, --all', 'also tasks that have ended')
    .option('--limit <count>', 'ended tasks at most', parseCount, 20)
    .option('--project <key>', 'of this project only')
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((options: ListOptions) => run((deps) => runList(options, deps)));
}

export async function runList({ all, limit, project, json }: ListOptions, deps: OpsDeps): Promise<ExitCode> {
  const tasks = await openTasks(deps);
  const found = await tasks.list({
    ...(project === undefined ? {} : { project }),
    ...(all ? { ended: limit } : {}),
  });
  const turns = createTurns(deps);
  const sorted = found.map((task) => ({ task, turn: turns(task) })).sort(byTurn);
  if (json) printJson(deps.io, { tasks: sorted.map(asJson) });
  else if (sorted.length > 0) print(sorted, deps);
  else if (deps.io.isTTY) note(deps.io, `Nothing runs. Start with: conveyor board add "title" --start`);
  return EXIT.ok;
}

type Listed = { task: TaskRecord; turn: Turn };

/** What waits for the reader first, then who has stood there longest; ended ones newest first. */
function byTurn(a: Listed, b: Listed): number {
  return a.turn.rank - b.turn.rank || standing(a.task) - standing(b.task) || (a.task.key < b.task.key ? -1 : 1);
}

function standing({ endedAt, stageSince }: TaskRecord): number {
  return endedAt === undefined ? stageSince : -endedAt;
}

function print(tasks: readonly Listed[], deps: OpsDeps): void {
  const rows = tasks.map(({ task, turn: { command } }) => {
    const { key, status, stage, bounces, sentence, title } = task;
    const since = new Date(task.endedAt ?? task.stageSince);
    const cells = [key, { status }, stage, since, bounces, sentence];
    // A task at work waits for nothing: people see what it is about instead.
    if (deps.io.isTTY) cells[5] = sentence || title;
    else cells.push(command ?? '');
    return { cells, ...(command === undefined ? {} : { next: command }) };
  });
  printTable(deps, COLUMNS, rows);
}

function asJson({ task, turn }: Listed): Record<string, unknown> {
  const { endedAt, stageSince, ...rest } = task;
  return {
    ...rest,
    stageSince: new Date(stageSince).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    answer: turn.command ?? null,
  };
}
