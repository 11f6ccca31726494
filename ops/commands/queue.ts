import { Command } from 'commander';
import type { IntakeRead } from '../../app/intake.ts';
import { sayIncident } from '../../app/say-incident.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import { OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { cleanLine } from '../format/clean.ts';
import { relativeTime } from '../format/relative-time.ts';
import { note, printJson, printLines, printTable } from '../output.ts';
import { freezeOf, sayFreeze } from '../projects/change-freeze.ts';
import { chooseProjects } from '../projects/choose.ts';
import { noIntake } from '../projects/no-intake.ts';
import { openProjects } from '../projects/projects.ts';
import { openTasks } from '../tasks/tasks.ts';
import { jsonOption, projectArgument } from './arguments.ts';

export type QueueOptions = { project?: string; json?: true };

/** One project as `queue` shows it; `open` is from visibility when no worker answers. */
type Queue = { project: string; read: Exclude<IntakeRead, { kind: 'absent' }>; open: number };

const COLUMNS = ['place', 'item', 'priority', 'since', 'why', 'title'];
const HELP = `
Examples:
  conveyor queue                  who waits to be let in, in the order they will be
  conveyor queue DEMO | head -1   who is next; fields: project, place, item, priority, since, why, title

JSON: {projects: [{project, source: worker|record, open, wip, freeze: {by, reason, at}, incidents: [{number, integration,
  class, type, message, since, seenBy}], waiting: [{place, key, title, priority, blockedBy, since, why, sentence}],
  nextSweepAt}]}; null is what no worker was there to tell.`;

export function queueCommand(run: Runner): Command {
  return new Command('queue')
    .description('items that wait to be let in, and why')
    .addArgument(projectArgument().argOptional())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((project: string | undefined, options: Pick<QueueOptions, 'json'>) =>
      run((deps) => runQueue({ ...options, ...(project === undefined ? {} : { project }) }, deps)),
    );
}

export async function runQueue({ project: name, json }: QueueOptions, deps: OpsDeps): Promise<ExitCode> {
  const projects = await openProjects(deps);
  const queues: Queue[] = [];
  for (const project of await chooseProjects(name, projects, deps)) {
    const read = await projects.intake(project);
    if (read.kind === 'absent' && name !== undefined) throw noIntake(project);
    if (read.kind === 'absent') note(deps.io, `No intake runs for the project ${project}: conveyor setup`);
    else queues.push({ project, read, open: await openOf(project, read, deps) });
  }
  if (json) printJson(deps.io, { projects: queues.map(asJson) });
  else if (deps.io.isTTY) for (const queue of queues) printForPeople(queue, deps);
  else printForPrograms(queues, deps);
  for (const { read, project } of queues) if (read.kind === 'recorded') note(deps.io, `${project}: ${read.why}`);
  if (queues.length > 0) return EXIT.ok;
  throw new OpsError({ what: 'No intake runs.', run: 'conveyor setup', exit: EXIT.failed });
}

async function openOf(project: string, read: Queue['read'], deps: OpsDeps): Promise<number> {
  return read.kind === 'answered' ? read.view.open : (await (await openTasks(deps)).list({ project })).length;
}

function printForPeople(queue: Queue, deps: OpsDeps): void {
  const { io } = deps;
  printLines(io, [headline(queue), ...circumstances(queue, deps.now())]);
  if (queue.read.kind === 'recorded') return;
  const { waiting } = queue.read.view;
  if (waiting.length === 0) return printLines(io, ['Nobody waits to be let in.']);
  const rows = waiting.map(({ place, key, priority, since, sentence, title }) => ({
    cells: [place, key, priority, new Date(since), sentence, title],
  }));
  printTable(deps, COLUMNS, rows);
}

function headline({ project, read, open }: Queue): string {
  const wip = read.kind === 'answered' ? read.view.wip : undefined;
  const tasks = open === 0 ? 'no task' : open === 1 ? 'one task' : `${open} tasks`;
  return `${project}: ${tasks} open${wip === undefined ? '' : `, ${wip} at most`}`;
}

function circumstances({ project, read }: Queue, now: number): string[] {
  const freeze = freezeOf(read);
  const view = read.kind === 'answered' ? read.view : undefined;
  return [
    ...(freeze ? [cleanLine(`It is ${sayFreeze(freeze, now)}`), `  → conveyor unfreeze ${project}`] : []),
    ...(view?.incidents ?? []).map((one) => cleanLine(`Opened ${relativeTime(one.since, now)}: ${sayIncident(one)}`)),
    ...(view?.nextSweepAt === undefined ? [] : [`Looks at the board again ${relativeTime(view.nextSweepAt, now)}.`]),
  ];
}

function printForPrograms(queues: readonly Queue[], deps: OpsDeps): void {
  for (const queue of queues) for (const line of circumstances(queue, deps.now())) note(deps.io, line);
  const rows = queues.flatMap(({ project, read }) =>
    (read.kind === 'answered' ? read.view.waiting : []).map(({ place, key, priority, since, sentence, title }) => ({
      cells: [project, place, key, priority, new Date(since), sentence, title],
    })),
  );
  printTable(deps, ['project', ...COLUMNS], rows);
}

function asJson({ project, read, open }: Queue): Record<string, unknown> {
  const view = read.kind === 'answered' ? read.view : undefined;
  const freeze = freezeOf(read);
  return {
    project,
    source: view ? 'worker' : 'record',
    open,
    wip: view?.wip ?? null,
    freeze: freeze ? { ...freeze, at: iso(freeze.at) } : null,
    incidents: view?.incidents.map((one) => ({ ...one, since: iso(one.since) })) ?? null,
    waiting: view?.waiting.map((one) => ({ ...one, since: iso(one.since), why: one.why ?? null })) ?? null,
    nextSweepAt: view?.nextSweepAt === undefined ? null : iso(view.nextSweepAt),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
