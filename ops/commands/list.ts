import { Command } from 'commander';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { ORDER } from '../format/status.ts';
import { note, printJson, printTable } from '../output.ts';
import { answerFromRecord } from '../tasks/shown-task.ts';
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

JSON: {tasks: [{key, title, project, repo, status, stage, stageSince, sentence, bounces, endedAt, answer}]}`;

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
  const sorted = sortTasks(found);
  if (json) printJson(deps.io, { tasks: sorted.map(asJson) });
  else if (sorted.length > 0) print(sorted, deps);
  else if (deps.io.isTTY) note(deps.io, `Nothing runs. Start with: conveyor board add "title" --start`);
  return EXIT.ok;
}

/** By status, then who has stood there longest; ended ones newest first. */
function sortTasks(tasks: readonly TaskRecord[]): TaskRecord[] {
  return [...tasks].sort(
    (a, b) =>
      ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || standing(a) - standing(b) || (a.key < b.key ? -1 : 1),
  );
}

function standing({ endedAt, stageSince }: TaskRecord): number {
  return endedAt === undefined ? stageSince : -endedAt;
}

function print(tasks: readonly TaskRecord[], deps: OpsDeps): void {
  const rows = tasks.map((task) => {
    const answer = answerFromRecord(task);
    const { key, status, stage, bounces, sentence, title } = task;
    const since = new Date(task.endedAt ?? task.stageSince);
    const cells = [key, { status }, stage, since, bounces, sentence];
    // A task at work waits for nothing: people see what it is about instead.
    if (deps.io.isTTY) cells[5] = sentence || title;
    else cells.push(answer ?? '');
    return { cells, ...(answer === undefined ? {} : { next: answer }) };
  });
  printTable(deps, COLUMNS, rows);
}

function asJson(task: TaskRecord): Record<string, unknown> {
  const { endedAt, stageSince, ...rest } = task;
  return {
    ...rest,
    stageSince: new Date(stageSince).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    answer: answerFromRecord(task) ?? null,
  };
}
