import { Command } from 'commander';
import { taskWorkflowId } from '../tasks/workflow-id.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { note, printFields, printJson } from '../output.ts';
import { shownTask } from '../tasks/shown-task.ts';
import { taskFields } from '../tasks/task-fields.ts';
import { openTasks } from '../tasks/tasks.ts';
import { jsonOption, keyArgument } from './arguments.ts';

export type ShowOptions = { key: string; json?: true };

const HELP = `
Examples:
  conveyor show DEMO-1
  until conveyor show DEMO-1 >/dev/null; do …; done     the exit code says how it stands

Exit codes: 0 works or done, 8 waits, asks, held or paused, 1 aborted.
JSON: {source: worker|record, key, title, project, repo, run, status, stage, stageSince, sentence, bounces, endedAt,
  branch, pullRequest, subjects, ledger, question, answers, trouble, webUi}; null is what no worker was there to tell.`;

export function showCommand(run: Runner): Command {
  return new Command('show')
    .description('one task: where it stands, what it is about, what it has spent')
    .addArgument(keyArgument())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<ShowOptions, 'key'>) => run((deps) => runShow({ ...options, key }, deps)));
}

export async function runShow({ key, json }: ShowOptions, deps: OpsDeps): Promise<ExitCode> {
  const read = await (await openTasks(deps)).status(key);
  const task = shownTask(read, deps.webUi(taskWorkflowId(key)));
  if (json) {
    printJson(deps.io, task);
  } else {
    printFields(deps, taskFields(task));
    if (deps.io.isTTY) for (const answer of task.answers) note(deps.io, `→ ${answer}`);
  }
  if (read.kind === 'recorded') note(deps.io, read.why);
  return exitCodeOf(task.status);
}
