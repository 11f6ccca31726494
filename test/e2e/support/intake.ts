/** What a test sees of a project's intake, and how it sets one up. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../../adapters/config/config.ts';
import { pathsIn } from '../../../app/paths.ts';
import { newIntake } from '../../../domain/intake/state.ts';
import type { IntakePolicy, IntakeState, IntakeView } from '../../../domain/intake/state.ts';
import type { projectIntake } from '../../../workflows/project-intake.ts';
import { intakeQuery, projectWorkflowId, WORKFLOWS } from '../../../workflows/messages.ts';
import { waitFor } from '../../support/wait-for.ts';
import { tableConfig } from './product.ts';
import type { World } from './world.ts';

const LONG_MS = 60_000;
const LOOK_MS = 80;

/** One row, one agent: for tests of what is around a task. Its configuration is `yaml` of a world. */
export const ONE_ROW = tableConfig(
  `      - { name: design, work: 'agent: architect', leave: [artifacts], pass: done, fail: design }`,
  { roles: ['architect'] },
);

/** Changes the intake's settings of every project. */
export function withIntake(settings: Partial<IntakePolicy>): (config: Config) => Config {
  return (config) => {
    const projects = Object.entries(config.projects).map(([key, project]) => [
      key,
      { ...project, intake: { ...project.intake, ...settings } },
    ]);
    return { ...config, projects: Object.fromEntries(projects) };
  };
}

export function intakeHandle({ client, project }: World) {
  return client.workflow.getHandle(projectWorkflowId(project.key));
}

export function intakeOf(world: World): Promise<IntakeView> {
  return intakeHandle(world).query(intakeQuery);
}

/** Ends the intake's workflow and starts it again, as `ensureIntake` would but for what a test sets. */
export async function startAnew(
  world: World,
  { state, continueAfterEvents }: { state?: Partial<IntakeState>; continueAfterEvents?: number },
): Promise<void> {
  const { client, project, queues } = world;
  await intakeHandle(world).terminate('a test starts it anew');
  const { sweepMs } = project.intake;
  const input = { project: project.key, queues, sweepMs, looks: project.pipeline.looks };
  await client.workflow.start<typeof projectIntake>(WORKFLOWS.intake, {
    workflowId: projectWorkflowId(project.key),
    taskQueue: queues.control,
    args: [
      {
        ...input,
        ...(state ? { state: { ...newIntake(project.key), ...state } } : {}),
        ...(continueAfterEvents === undefined ? {} : { continueAfterEvents }),
      },
    ],
  });
}

/** The intake as soon as it is what the test waits for; a wait in vain says what it was instead. */
export async function untilIntake(
  world: World,
  what: string,
  holds: (view: IntakeView) => boolean,
): Promise<IntakeView> {
  let last: IntakeView | undefined;
  const seen = async (): Promise<IntakeView | undefined> => {
    last = await intakeOf(world).catch(() => undefined);
    return last && holds(last) ? last : undefined;
  };
  try {
    return await waitFor(seen, what, LONG_MS, LOOK_MS);
  } catch (error) {
    throw new Error(`${String(error)}\n${JSON.stringify(last, null, 1)}`, { cause: error });
  }
}

/** Puts lines into a card's front matter, as a person does in an editor. */
export async function writeOnCard(world: World, key: string, lines: string): Promise<void> {
  const path = join(world.config.data, 'tracker', world.project.key, `${key}.md`);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/^title:/m, `${lines}\ntitle:`));
}

/** What the notifier sent of the project, oldest first. */
export async function noticesOf({ config, project }: World): Promise<{ marker: string; text: string }[]> {
  const text = await readFile(pathsIn(config.data).notifications, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  const notices = lines.map((line) => JSON.parse(line) as { marker: string; text: string });
  return notices.filter(({ marker }) => marker.startsWith(`project/${project.key}/`));
}
