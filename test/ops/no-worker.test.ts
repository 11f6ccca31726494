/** On the real server with no worker at all. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createOpsDeps } from '../../app/ops-deps.ts';
import type { IntakeInput, TaskInput } from '../../workflows/messages.ts';
import { projectWorkflowId, taskWorkflowId, WORKFLOWS } from '../../workflows/messages.ts';
import * as attributes from '../../workflows/search-attributes.ts';
import type { TestTemporal } from '../support/temporal.ts';
import { connectTemporal } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Given, Ran } from './support.ts';
import { conveyor, explainView, NOW } from './support.ts';

const number = randomUUID().replaceAll(/\D/g, '').slice(0, 6);
const project = `T${number}`;
const asking = `${project}-1`;
const gone = `${project}-2`;
let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await connectTemporal();
  for (const key of [asking, gone]) {
    await temporal.client.workflow.start(WORKFLOWS.task, {
      workflowId: taskWorkflowId(key),
      taskQueue: `nobody-${project}`,
      args: [{ spec: explainView().spec } as TaskInput],
      memo: { title: 'Say goodbye' },
      typedSearchAttributes: [
        { key: attributes.taskProject, value: project },
        { key: attributes.taskStage, value: 'analysis' },
        { key: attributes.taskStatus, value: 'asking' },
        { key: attributes.taskWaitingFor, value: 'question 2: Approve the documents d0c5?' },
        { key: attributes.taskStageSince, value: new Date(NOW) },
        { key: attributes.taskBounces, value: 1 },
      ],
    });
  }
  await temporal.client.workflow.getHandle(taskWorkflowId(gone)).terminate('by hand');
  await temporal.client.workflow.start(WORKFLOWS.intake, {
    workflowId: projectWorkflowId(project),
    taskQueue: `nobody-${project}`,
    args: [{ project } as IntakeInput],
  });
});

afterAll(async () => {
  for (const id of [taskWorkflowId(asking), projectWorkflowId(project)]) {
    await temporal.client.workflow.getHandle(id).terminate();
  }
  await temporal.close();
});

async function run(argv: string[], given: Given = {}): Promise<Ran> {
  const { address, namespace } = inject('temporal');
  const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, CONVEYOR_CONFIG: '/nowhere/conveyor.yaml' };
  const real = createOpsDeps(env, { stderr: { write: () => undefined } });
  const { io: _, ...deps } = real;
  return conveyor(argv, { ...deps, ...given });
}

const line = (...cells: string[]): string => `${cells.join('\t')}\n`;

it('list shows the task that asks and the command that answers', async () => {
  const listed = await waitFor(async () => {
    const ran = await run(['list', '--project', project]);
    return ran.stdout !== '' && ran;
  }, 'the task in visibility');
  const since = new Date(NOW).toISOString();
  const sentence = 'question 2: Approve the documents d0c5?';
  const answer = `conveyor approve ${asking} --question 2`;
  expect(listed).toEqual({
    stdout: line(asking, 'asking', 'analysis', since, '1', sentence, answer),
    stderr: '',
    exit: 0,
  });
});

it('list --all also shows the one that was terminated', async () => {
  const all = await waitFor(async () => {
    const { stdout } = await run(['list', '--project', project, '--all']);
    return stdout.includes(gone) && stdout;
  }, 'the ended task in visibility');
  expect(all).toMatch(new RegExp(`^${gone}\tbroken\t.*the workflow was terminated from outside`, 'm'));
});

it('show and explain fall back to the record within seconds, and say so', async () => {
  for (const argv of [
    ['show', asking],
    ['explain', asking],
  ]) {
    const started = performance.now();
    const { stdout, stderr } = await run(argv, { tty: 'tty' });
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(stdout).toContain('question 2: Approve the documents d0c5?');
    expect(stderr).toContain('no worker answers: this is what Temporal has on record');
  }
  expect((await run(['show', asking])).exit).toBe(8);
});

it('approve sends nothing without a worker, and leaves a signal when told to', async () => {
  const events = async (): Promise<number> =>
    (await temporal.client.workflow.getHandle(taskWorkflowId(asking)).describe()).historyLength;
  const before = await events();
  const refused = await run(['approve', asking]);
  expect(refused.exit).toBe(4);
  expect(refused.stderr).toContain('--signal');
  expect(await events()).toBe(before);
  expect((await run(['approve', asking, '--signal'])).exit).toBe(0);
  expect(await events()).toBe(before + 1);
});

it.each([
  ['pause', ['pause', asking], () => taskWorkflowId(asking)],
  ['abort', ['abort', asking, '--yes'], () => taskWorkflowId(asking)],
  ['freeze', ['freeze', project, '--reason', 'release week'], () => projectWorkflowId(project)],
])('%s is left with Temporal when no worker answers, and only without --dry-run', async (_verb, argv, id) => {
  const events = async (): Promise<number> => (await temporal.client.workflow.getHandle(id()).describe()).historyLength;
  const before = await events();
  expect((await run([...argv, '--dry-run'])).exit).toBe(0);
  expect(await events()).toBe(before);
  const { stdout, exit } = await run([...argv, '--json']);
  expect([JSON.parse(stdout).outcome, exit]).toEqual(['left', 8]);
  expect(await events()).toBe(before + 1);
});

it('queue and stats tell what is on record, and say so', async () => {
  const queue = await run(['queue', project, '--json']);
  expect(queue.stderr).toContain('no worker answers: this is what Temporal has on record');
  expect(JSON.parse(queue.stdout).projects).toMatchObject([{ project, source: 'record', open: 1, waiting: null }]);
  const stats = await run(['stats', project, '--json']);
  expect(JSON.parse(stats.stdout).projects).toMatchObject([{ source: 'record', open: { asking: 1 }, bounces: 1 }]);
});

it('a task that does not exist is told as such', async () => {
  const { stderr, exit } = await run(['show', `${project}-99`]);
  expect([stderr, exit]).toEqual([expect.stringContaining(`There is no task ${project}-99.`), 1]);
});
