/** What must hold when all tasks have ended, whatever went wrong: read from files, repository and histories. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCard } from '../../adapters/local/tracker/card-folder.ts';
import { pathsIn } from '../../app/paths.ts';
import { intakeQuery, projectWorkflowId, taskWorkflowId } from '../../workflows/messages.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import type { ProjectConfig } from '../../adapters/config/config.ts';
import { git, keptOf, pullsOf } from '../e2e/support/left-behind.ts';
import { explain } from '../e2e/support/person.ts';
import type { Volume } from '../e2e/support/volume.ts';
import { waitFor } from '../support/wait-for.ts';
import { imageOf } from './config.ts';

const INTAKE_MS = 30_000;

/** A task, alone in its project. */
export type Soaked = { key: string; project: ProjectConfig };

export function workflowsOf({ key, project }: Soaked): string[] {
  return [taskWorkflowId(key), projectWorkflowId(project.key)];
}

/** Broken promises by kind, one sentence each; nothing when all are kept. */
export type Broken = { lost: string[]; doubled: string[]; stuck: string[]; other: string[] };

/** `unreplayable`: what does not replay, by workflow id. */
export async function judge(place: Volume, soaked: Soaked, unreplayable: ReadonlyMap<string, string>): Promise<Broken> {
  const other = workflowsOf(soaked).flatMap((id) => unreplayable.get(id) ?? []);
  const broken: Broken = { lost: [], doubled: [], stuck: [], other };
  await judgeAll({ ...place, project: soaked.project }, soaked, broken).catch((error: unknown) => {
    // A workflow that cannot answer is what this looks for: it is said, and the others are judged all the same.
    broken.stuck.push(`${soaked.key} cannot be judged: ${String(error)}`);
  });
  return broken;
}

async function judgeAll(volume: Volume, { key }: Soaked, broken: Broken): Promise<void> {
  const view = await explain(volume, key);
  judgeTask(view, key, broken);
  await judgeCard(volume, key, broken);
  const kept = Object.keys(await keptOf(volume, key)).length;
  if (kept < view.ledger.agentRuns) broken.lost.push(`${key}: ${kept} commits of ${view.ledger.agentRuns} runs`);
  await judgeProject(volume, key, broken);
}

function judgeTask({ end, log, ledger, stage, sentence }: ExplainView, key: string, broken: Broken): void {
  if (end === undefined) broken.stuck.push(`${key} at ${stage}: ${sentence}`);
  else if (end.outcome !== 'done') broken.lost.push(`${key} ended ${end.outcome}`);
  // The verdict log is cut for long tasks, never for these.
  const passed = log.filter(({ kind }) => kind === 'pass').map(({ what }) => what);
  for (const [first, then] of [
    ['staging', 'land'],
    ['land', 'promote'],
    ['promote', 'health'],
  ] as const) {
    const [a, b] = [passed.indexOf(first), passed.indexOf(then)];
    if (end !== undefined && (a < 0 || b < a)) broken.other.push(`${key}: ${then} without ${first} before it`);
  }
  const trouble = Object.entries(ledger.bounces);
  if (trouble.length > 0) broken.other.push(`${key} was charged ${JSON.stringify(ledger.bounces)} for trouble`);
}

async function judgeCard(volume: Volume, key: string, broken: Broken): Promise<void> {
  const card = (await readCard(pathsIn(volume.config.data).tracker, volume.project.key, key))?.card;
  if (card?.state !== volume.project.states.done)
    broken.lost.push(`the card of ${key} is in ${card?.state ?? 'no state'}`);
  const states = (card?.history ?? []).map(({ to }) => to);
  if (states.some((state, index) => state === states[index - 1])) broken.doubled.push(`${key}: ${states.join(', ')}`);
  note(
    broken,
    `comments of ${key}`,
    (card?.comments ?? []).map(({ marker = '' }) => marker),
  );
}

async function judgeProject(volume: Volume, key: string, broken: Broken): Promise<void> {
  const { project, config, client } = volume;
  const paths = pathsIn(config.data);
  const pulls = await pullsOf(volume);
  if (pulls.length === 0) broken.lost.push(`${key} has no pull request`);
  if (pulls.length > 1) broken.doubled.push(`${key} has ${pulls.length} pull requests`);
  const commits = (await git(volume, 'log', '--format=%T %s', '--first-parent', project.base)).split('\n');
  note(broken, `commits on the base of ${key}`, commits);
  const files = (await git(volume, 'ls-tree', '-r', '--name-only', project.base)).split('\n');
  if (!files.some((path) => path.startsWith(`service/${key}-`)))
    broken.lost.push(`the work of ${key} is not on the base`);
  const named = await readdir(join(paths.artifacts, imageOf(project.key), 'tags')).catch(() => []);
  // Nobody reads what a worker that was killed while it wrote has left beside the tag: `<tag>.<number>`.
  const tags = named.filter((name) => !name.startsWith('.') && !/\.\d+$/.test(name));
  if (tags.length !== 1) broken.doubled.push(`${tags.length} tags of ${key}: ${tags.join(', ')}`);
  const sent = (await readFile(paths.notifications, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const markers = sent.map((line) => (JSON.parse(line) as { marker: string }).marker);
  note(
    broken,
    'notifications',
    markers.filter((marker) => marker.startsWith(`${key}#`)),
  );
  const intake = client.workflow.getHandle(projectWorkflowId(project.key));
  let counts = 'nothing';
  const counted = async (): Promise<boolean> => {
    const { open, stats } = await intake.query(intakeQuery);
    counts = `${open} open and ${stats.done} done`;
    return open === 0 && stats.done === 1;
  };
  // It is told before the task closes, and hears of it a moment later.
  await waitFor(counted, 'the intake', INTAKE_MS, 300).catch(() => {
    broken.other.push(`the intake of ${key} counts ${counts}`);
  });
}

/** Names that must be different from each other. */
function note(broken: Broken, what: string, names: readonly string[]): void {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) broken.doubled.push(`${what}: ${[...new Set(twice)].join(', ')}`);
}
