/**
 * Records what the stories leave on a server into the folder of this version; see the README beside it:
 * `npx tsx test/histories/programs/record.ts [--again]`. Exit status 2 when the set is there already and stays.
 */

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Client } from '@temporalio/client';
import { installRuntime } from '../../../worker/runtime.ts';
import { projectWorkflowId, taskWorkflowId, WORKFLOWS } from '../../../workflows/messages.ts';
import { outcomeOf } from '../../e2e/support/person.ts';
import type { Rehearsal } from '../../support/rehearsal/rehearsal.ts';
import { withRehearsal } from '../../support/rehearsal/rehearsal.ts';
import type { ProvidedTemporal } from '../../support/temporal-server.ts';
import { startTestServer } from '../../support/temporal-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { FOLDER, toKept } from '../kept.ts';
import { INTAKE_STORIES, keep, playIntake } from '../stories/intake.ts';
import type { TaskStory } from '../stories/actor.ts';
import { TASK_STORIES } from '../stories/task.ts';

const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  version: string;
};
const folder = join(FOLDER, version);

if (existsSync(folder) && !process.argv.includes('--again')) {
  process.stderr.write(
    `${folder} is there already. A released set stays as it is: raise the version in package.json, ` +
      'or say --again while this version is not released.\n',
  );
  process.exitCode = 2;
} else {
  await recordAll();
}

async function recordAll(): Promise<void> {
  installRuntime(pino({ level: 'silent' }));
  await rm(folder, { recursive: true, force: true });
  const server = await startTestServer();
  try {
    await withRehearsal(server.provided, { project: 'HISTORY' }, async (rehearsal) => {
      await Promise.all(TASK_STORIES.map((story) => recordTask(rehearsal, story)));
    });
    // One after the other: each is the same project's.
    for (const story of INTAKE_STORIES) await recordIntake(server.provided, story);
  } finally {
    await server.stop();
  }
}

async function recordTask(rehearsal: Rehearsal, { name, outcome, story, play }: TaskStory): Promise<void> {
  const gate = { open: false };
  const key = await rehearsal.start(story(gate));
  await play?.({ rehearsal, key, gate });
  const ended = await outcomeOf(rehearsal, key);
  if (ended !== outcome) throw new Error(`${name} ended ${ended}`);
  await save(rehearsal.client, WORKFLOWS.task, name, taskWorkflowId(key));
}

async function recordIntake(server: ProvidedTemporal, story: (typeof INTAKE_STORIES)[number]): Promise<void> {
  const { activities, world, put } = keep();
  await withRehearsal(server, { project: 'HISTORY', activities }, async (rehearsal) => {
    await playIntake(story, rehearsal, { world, put });
    const workflowId = projectWorkflowId(rehearsal.project);
    await idle(rehearsal.client, workflowId);
    await save(rehearsal.client, WORKFLOWS.intake, story.name, workflowId);
    await rehearsal.client.workflow.getHandle(workflowId).terminate();
  });
}

/** Nothing is under way: the history ends where the workflow waits. */
async function idle(client: Client, workflowId: string): Promise<void> {
  const isIdle = async (): Promise<boolean> => {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    return (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask;
  };
  await waitFor(isIdle, `${workflowId} to wait`, 60_000, 40);
}

/** Every run of the workflow is a history of its own. */
async function save(client: Client, workflow: string, name: string, workflowId: string): Promise<void> {
  await mkdir(join(folder, workflow), { recursive: true });
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  let runId = raw.workflowExecutionInfo?.firstRunId ?? undefined;
  for (let run = 1; runId; run++) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
    const file = run === 1 && !runId ? `${name}.json` : `${name}-${run}.json`;
    await writeFile(join(folder, workflow, file), toKept(history));
    process.stdout.write(`${workflow}/${file}: ${history.events?.length} events\n`);
  }
}
