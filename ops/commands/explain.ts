import { Command } from 'commander';
import type { LogEntry } from '../../domain/state.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { cleanLine } from '../format/clean.ts';
import { relativeTime } from '../format/relative-time.ts';
import { note, printJson, printLines, printTable } from '../output.ts';
import type { ShownTask } from '../tasks/shown-task.ts';
import { shownTask } from '../tasks/shown-task.ts';
import { openTasks } from '../tasks/tasks.ts';
import { taskWorkflowId } from '../tasks/workflow-id.ts';
import { jsonOption, keyArgument } from './arguments.ts';

export type ExplainOptions = { key: string; json?: true };

const COLUMNS = ['at', 'stage', 'attempt', 'what', 'verdict', 'about', 'because'];
const LONGEST_SUBJECT = 36;
const HELP = `
Examples:
  conveyor explain DEMO-1
  conveyor explain DEMO-1 | cut -f4,5     fields: at, stage, attempt, what, verdict, subject, because

JSON: what show --json prints, and {log: [{at, stage, what, kind, subject, say, attempt}], nextLookAt, stages, waived};
  log, stages and waived are null when no worker answers.`;

export function explainCommand(run: Runner): Command {
  return new Command('explain')
    .description('why a task stands where it stands, verdict by verdict, and what it waits for')
    .addArgument(keyArgument())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((key: string, options: Omit<ExplainOptions, 'key'>) =>
      run((deps) => runExplain({ ...options, key }, deps)),
    );
}

export async function runExplain({ key, json }: ExplainOptions, deps: OpsDeps): Promise<ExitCode> {
  const read = await (await openTasks(deps)).explain(key);
  const task = shownTask(read, deps.webUi(taskWorkflowId(key)));
  const view = read.kind === 'answered' ? read.view : undefined;
  if (json) printJson(deps.io, { ...task, ...more(view) });
  else if (deps.io.isTTY) printForPeople(task, view, deps);
  else printLog(view?.log ?? [], deps);
  if (read.kind === 'recorded') note(deps.io, read.why);
  return EXIT.ok;
}

function more(view: ExplainView | undefined): Record<string, unknown> {
  return {
    log: view?.log.map((entry) => ({ ...entry, at: iso(entry.at) })) ?? null,
    nextLookAt: view?.nextLookAt === undefined ? null : iso(view.nextLookAt),
    stages: view?.stages ?? null,
    waived: view?.waived ?? null,
  };
}

function printForPeople(task: ShownTask, view: ExplainView | undefined, deps: OpsDeps): void {
  const { io } = deps;
  const title = task.title === '' ? '' : `: ${cleanLine(task.title)}`;
  printLines(io, [
    `${task.key}${title}`,
    cleanLine(task.sentence === '' ? `${task.stage}: ${task.status}` : task.sentence),
  ]);
  if (view && view.log.length > 0) {
    printLines(io, ['']);
    printLog(view.log, deps);
  }
  const rest = [...questionLines(task), ...troubleLines(task, deps), ...lookLines(view, deps)];
  if (rest.length > 0) printLines(io, ['', ...rest]);
}

function printLog(log: readonly LogEntry[], deps: OpsDeps): void {
  const rows = log.map(({ at, stage, what, kind, subject, say, attempt }) => ({
    cells: [
      new Date(at),
      stage,
      attempt,
      what,
      kind,
      subject && { hash: `${subject.kind} ${subject.id}`, most: LONGEST_SUBJECT },
      { hash: say },
    ],
  }));
  // The reason is what people came for: it wraps rather than being cut.
  printTable(deps, COLUMNS, rows, 'whole');
}

function questionLines({ key, question, answers }: ShownTask): string[] {
  if (answers.length === 0) return [];
  const findings = question?.findings.map(
    ({ text, where }) => `  - ${cleanLine(text)}${where ? ` (${cleanLine(where)})` : ''}`,
  );
  return [
    ...(question ? [`Question ${question.number}: ${cleanLine(question.why)}`] : []),
    ...(findings ?? []),
    // Without a worker only the record is known, which sends people here.
    ...answers.filter((answer) => answer !== `conveyor explain ${key}`).map((answer) => `  → ${answer}`),
  ];
}

function troubleLines({ trouble }: ShownTask, deps: OpsDeps): string[] {
  if (!trouble) return [];
  const since = relativeTime(Date.parse(trouble.since), deps.now());
  return [`Trouble with ${trouble.integration}, first met ${since}: ${cleanLine(trouble.message)} (${trouble.type})`];
}

function lookLines(view: ExplainView | undefined, deps: OpsDeps): string[] {
  return view?.nextLookAt === undefined ? [] : [`Looks again by itself ${relativeTime(view.nextLookAt, deps.now())}.`];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
