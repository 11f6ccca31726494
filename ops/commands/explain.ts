import { Command } from 'commander';
import type { OpsDeps, Runner } from '../deps.ts';
import { NoTask } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { cleanLine } from '../format/clean.ts';
import type { ShownItem } from '../items/item.ts';
import { findItem } from '../items/item.ts';
import { note, printFields, printJson, printLines, printTable } from '../output.ts';
import { incidentOf } from '../projects/incident-of.ts';
import type { Explained } from '../tasks/explained.ts';
import { logRows, standingLines, standingRows } from '../tasks/explained.ts';
import { shownTask } from '../tasks/shown-task.ts';
import { openTasks } from '../tasks/tasks.ts';
import { taskWorkflowId } from '../tasks/workflow-id.ts';
import { jsonOption, keyArgument } from './arguments.ts';

export type ExplainOptions = { key: string; json?: true };

const COLUMNS = ['at', 'stage', 'attempt', 'what', 'verdict', 'about', 'because'];
const HELP = `
Examples:
  conveyor explain DEMO-1
  conveyor explain DEMO-1 | cut -f4,5     fields: at, stage, attempt, what, verdict, about, because

After the verdicts come rows whose "what" is now, question N, finding, answer, trouble and incident N.
An item without a task: its place at the intake, or where its card is.
JSON: what show --json prints, and {log: [{at, stage, what, kind, subject, say, attempt}], nextLookAt, stages, waived,
  incident}; log, stages and waived are null when no worker answers. Of an item without a task: {source: intake|card,
  key, title, project, state, sentence, place, priority, next}.`;

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

export async function runExplain(options: ExplainOptions, deps: OpsDeps): Promise<ExitCode> {
  try {
    return await explainTask(options, deps);
  } catch (error) {
    if (!(error instanceof NoTask)) throw error;
    return explainItem(await findItem(options.key, deps), options, deps);
  }
}

async function explainTask({ key, json }: ExplainOptions, deps: OpsDeps): Promise<ExitCode> {
  const read = await (await openTasks(deps)).explain(key);
  const task = shownTask(read, deps.webUi(taskWorkflowId(key)));
  const view = read.kind === 'answered' ? read.view : undefined;
  const explained: Explained = { task, view, incident: await incidentOf(task, deps) };
  if (json) printJson(deps.io, asJson(explained));
  else if (deps.io.isTTY) printForPeople(explained, deps);
  else printTable(deps, COLUMNS, [...logRows(view?.log ?? []), ...standingRows(explained)]);
  if (read.kind === 'recorded') note(deps.io, read.why);
  return EXIT.ok;
}

function explainItem(item: ShownItem, { json }: ExplainOptions, deps: OpsDeps): ExitCode {
  const { key, title, sentence, state, next } = item;
  if (json) printJson(deps.io, item);
  else if (deps.io.isTTY) {
    printLines(deps.io, [cleanLine(`${key}: ${title}`), cleanLine(sentence)]);
    if (next !== null) note(deps.io, `→ ${next}`);
  } else {
    const fields = [
      ['item', key],
      ['title', title],
      ['state', state ?? undefined],
      ['now', sentence],
      ['next', next ?? undefined],
    ] as const;
    printFields(deps, fields);
  }
  return EXIT.ok;
}

function asJson({ task, view, incident }: Explained): Record<string, unknown> {
  return {
    ...task,
    log: view?.log.map((entry) => ({ ...entry, at: iso(entry.at) })) ?? null,
    nextLookAt: view?.nextLookAt === undefined ? null : iso(view.nextLookAt),
    stages: view?.stages ?? null,
    waived: view?.waived ?? null,
    incident: incident ? { ...incident, since: iso(incident.since) } : null,
  };
}

function printForPeople(explained: Explained, deps: OpsDeps): void {
  const { task, view } = explained;
  const { io } = deps;
  const title = task.title === '' ? '' : `: ${cleanLine(task.title)}`;
  printLines(io, [
    `${task.key}${title}`,
    cleanLine(task.sentence === '' ? `${task.stage}: ${task.status}` : task.sentence),
  ]);
  if (view && view.log.length > 0) {
    printLines(io, ['']);
    // The reason is what people came for: it wraps rather than being cut.
    printTable(deps, COLUMNS, logRows(view.log), 'whole');
  }
  const rest = standingLines(explained, deps.now());
  if (rest.length > 0) printLines(io, ['', ...rest]);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
