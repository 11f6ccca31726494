import { Command } from 'commander';
import type { IntakeRead } from '../../app/intake.ts';
import { sayIncident } from '../../app/say-incident.ts';
import type { IntakeView } from '../../domain/intake/state.ts';
import type { OpsDeps, Runner } from '../deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { relativeTime } from '../format/relative-time.ts';
import type { ShownStatus } from '../format/status.ts';
import { ORDER } from '../format/status.ts';
import type { Cell } from '../output.ts';
import { note, printFields, printJson } from '../output.ts';
import { freezeOf, sayFreeze } from '../projects/change-freeze.ts';
import { chooseProjects } from '../projects/choose.ts';
import type { EndedCounts } from '../projects/projects.ts';
import { openProjects } from '../projects/projects.ts';
import { openTasks } from '../tasks/tasks.ts';
import { jsonOption, projectArgument } from './arguments.ts';

export type StatsOptions = { project?: string; json?: true };

type Stats = {
  project: string;
  read: IntakeRead;
  open: { status: ShownStatus; count: number }[];
  /** Of the open tasks. */
  bounces: number;
  /** Ended tasks that Temporal still has, `bounced` of them at least once. */
  recorded: EndedCounts;
};

const HELP = `
What a task has cost is in: conveyor show DEMO-1. Here is only what is counted already, without reading each task.

JSON: {projects: [{project, source: worker|record|none, open: {total, asking, …}, bounces, recorded: {done, aborted,
  bounced}, intake: {started, reopened, done, aborted, drivenByWebhook, healedByTimer}, webhooks: {lastAt,
  missedInARow}, incidents, freeze}]}; null is what no worker was there to tell.`;

export function statsCommand(run: Runner): Command {
  return new Command('stats')
    .description('how many are open and done, what webhooks and timers brought, what is unwell')
    .addArgument(projectArgument().argOptional())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action((project: string | undefined, options: Pick<StatsOptions, 'json'>) =>
      run((deps) => runStats({ ...options, ...(project === undefined ? {} : { project }) }, deps)),
    );
}

export async function runStats({ project: name, json }: StatsOptions, deps: OpsDeps): Promise<ExitCode> {
  const projects = await openProjects(deps);
  const tasks = await openTasks(deps);
  const all: Stats[] = [];
  for (const project of await chooseProjects(name, projects, deps)) {
    const open = await tasks.list({ project });
    all.push({
      project,
      read: await projects.intake(project),
      open: byStatus(open.map(({ status }) => status)),
      bounces: open.reduce((sum, { bounces }) => sum + bounces, 0),
      recorded: await projects.ended(project),
    });
  }
  if (json) printJson(deps.io, { projects: all.map(asJson) });
  else for (const stats of all) printFields(deps, fieldsOf(stats, deps));
  for (const { project, read } of all) if (read.kind === 'recorded') note(deps.io, `${project}: ${read.why}`);
  return EXIT.ok;
}

function byStatus(statuses: readonly ShownStatus[]): Stats['open'] {
  return ORDER.map((status) => ({ status, count: statuses.filter((one) => one === status).length })).filter(
    ({ count }) => count > 0,
  );
}

function fieldsOf({ project, read, open, bounces, recorded }: Stats, deps: OpsDeps): [string, Cell][] {
  const view = read.kind === 'answered' ? read.view : undefined;
  const freeze = freezeOf(read);
  const kinds = open.map(({ status, count }) => `${count} ${status}`).join(', ');
  return [
    ['project', project],
    ['open', `${totalOf(open)}${kinds === '' ? '' : ` (${kinds})`}`],
    ['bounces', `${bounces} of the open tasks`],
    ['on record', `${recorded.done} done, ${recorded.aborted} aborted, ${recorded.bounced} of them bounced`],
    ...intakeFields(view, deps.now()),
    ['freeze', freeze ? sayFreeze(freeze, deps.now()) : undefined],
    ...(read.kind === 'absent' ? [['intake', 'does not run: conveyor setup'] satisfies [string, Cell]] : []),
  ];
}

function intakeFields(view: IntakeView | undefined, now: number): [string, Cell][] {
  if (!view) return [];
  const { stats, webhooks, incidents } = view;
  const last = webhooks.lastAt === undefined ? 'none so far' : `last one ${relativeTime(webhooks.lastAt, now)}`;
  const missed = webhooks.missedInARow === 0 ? '' : `, missed by sweeps in a row: ${webhooks.missedInARow}`;
  return [
    ['started', `${stats.started} runs, ${stats.reopened} of them of reopened items`],
    ['ended', `${stats.done} done, ${stats.aborted} aborted`],
    ['changes', `${stats.drivenByWebhook} driven by webhooks, ${stats.healedByTimer} healed by timers`],
    ['webhooks', `${last}${missed}`],
    ['incidents', incidents.length === 0 ? 'none' : incidents.map(sayIncident).join('; ')],
  ];
}

function asJson({ project, read, open, bounces, recorded }: Stats): Record<string, unknown> {
  const view = read.kind === 'answered' ? read.view : undefined;
  const freeze = freezeOf(read);
  return {
    project,
    source: { answered: 'worker', recorded: 'record', absent: 'none' }[read.kind],
    open: { total: totalOf(open), ...Object.fromEntries(open.map(({ status, count }) => [status, count])) },
    bounces,
    recorded,
    intake: view?.stats ?? null,
    webhooks: view ? { ...view.webhooks, lastAt: isoOrNull(view.webhooks.lastAt) } : null,
    incidents: view?.incidents.map((one) => ({ ...one, since: isoOrNull(one.since) })) ?? null,
    freeze: freeze ? { ...freeze, at: isoOrNull(freeze.at) } : null,
  };
}

function totalOf(open: Stats['open']): number {
  return open.reduce((sum, { count }) => sum + count, 0);
}

function isoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
