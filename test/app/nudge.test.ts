import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNudger, projectsDelivering } from '../../app/nudge.ts';
import type { Nudger } from '../../app/nudge.ts';
import type { NudgeTarget } from '../../domain/nudge.ts';
import { projectWorkflowId, taskWorkflowId, WORKFLOWS } from '../../workflows/messages.ts';
import { taskHeadSha, taskRepo } from '../../workflows/search-attributes.ts';
import type { TestTemporal } from '../support/temporal.ts';
import { connectTemporal } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { twoProjects } from '../support/webhook-config.ts';

/** A project and a repository of this run's own: workflow ids are global on the server. */
const PROJECT = `N${process.pid}`;
const REPO = `repo-${process.pid}`;
const key = (number: number): string => `${PROJECT}-${number}`;
const sha = (digit: number): string => `${process.pid}`.padEnd(39, '0') + digit;

let temporal: TestTemporal;
let nudge: Nudger;

/** Nobody works on the queue: a signal is durable in Temporal all the same. */
async function start(workflowId: string, attributes: { sha?: string } = {}): Promise<void> {
  await temporal.client.workflow.start(WORKFLOWS.task, {
    workflowId,
    taskQueue: `${REPO}-nobody`,
    args: [],
    typedSearchAttributes: [
      { key: taskRepo, value: REPO },
      ...(attributes.sha === undefined ? [] : [{ key: taskHeadSha, value: attributes.sha }]),
    ],
  });
}

async function signalsOf(workflowId: string): Promise<unknown[]> {
  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const data = signal?.input?.payloads?.[0]?.data;
    return data ? [JSON.parse(Buffer.from(data).toString('utf8'))] : [];
  });
}

const INTAKE = projectWorkflowId(PROJECT);
const TASKS = [1, 2, 3].map((number) => taskWorkflowId(key(number)));

beforeAll(async () => {
  temporal = await connectTemporal();
  const config = twoProjects();
  const [project] = Object.values(config.projects);
  if (!project) throw new Error('The configuration has no project');
  const projects = { [PROJECT]: { ...project, key: PROJECT, repo: REPO } };
  nudge = createNudger({ client: temporal.client, projectsOf: projectsDelivering({ projects }), mostTasks: 2 });
  await start(INTAKE);
  await start(taskWorkflowId(key(1)), { sha: sha(1) });
  await start(taskWorkflowId(key(2)), { sha: sha(2) });
  await start(taskWorkflowId(key(3)), { sha: sha(2) });
  const query = `TaskRepo = '${REPO}'`;
  await waitFor(async () => (await temporal.client.workflow.count(query)).count === 4, 'all of them to be listed');
});
afterAll(async () => {
  for (const id of [INTAKE, ...TASKS]) {
    await temporal.client.workflow
      .getHandle(id)
      .terminate()
      .catch(() => undefined);
  }
  await temporal.close();
});

describe('a nudge', () => {
  it.each<[string, NudgeTarget, string[]]>([
    ['by the forge wakes the task', { kind: 'task', key: key(1), project: PROJECT, source: 'forge' }, [TASKS[0] ?? '']],
    [
      'by the tracker wakes task and intake',
      { kind: 'task', key: key(1), project: PROJECT, source: 'tracker' },
      [TASKS[0] ?? '', INTAKE],
    ],
    ['for no task wakes the intake', { kind: 'task', key: key(9), project: PROJECT, source: 'forge' }, [INTAKE]],
    ['for nobody wakes nobody', { kind: 'task', key: 'NOBODY-1', project: 'NOBODY', source: 'tracker' }, []],
    ['for a project wakes its intake', { kind: 'project', project: PROJECT }, [INTAKE]],
    [
      'by a commit wakes its task',
      { kind: 'commit', sha: sha(1), repo: REPO, otherwise: 'repository' },
      [TASKS[0] ?? ''],
    ],
    [
      'by a commit of two wakes both',
      { kind: 'commit', sha: sha(2), repo: REPO, otherwise: 'repository' },
      TASKS.slice(1),
    ],
    ['by a commit of nobody wakes nobody', { kind: 'commit', sha: sha(7), repo: REPO, otherwise: 'nobody' }, []],
  ])('%s', async (_what, target, expected) => {
    const { workflowIds } = await nudge(target);
    expect(workflowIds.toSorted()).toEqual(expected.toSorted());
  });

  it('is in the history of whom it names when it is answered', async () => {
    const before = (await signalsOf(INTAKE)).length;
    await nudge({ kind: 'project', project: PROJECT });
    expect((await signalsOf(INTAKE)).slice(before)).toEqual([{ source: 'tracker' }]);
  });

  it.each<NudgeTarget>([
    { kind: 'commit', sha: sha(7), repo: REPO, otherwise: 'repository' },
    { kind: 'repository', repo: REPO },
  ])('for a whole repository wakes the intake first, and no more tasks than it may: $kind', async (target) => {
    const { workflowIds } = await nudge(target);
    expect(workflowIds[0]).toBe(INTAKE);
    expect(workflowIds).toHaveLength(3);
  });

  it('does not wake a task that has ended', async () => {
    await start(taskWorkflowId(key(4)));
    await temporal.client.workflow.getHandle(taskWorkflowId(key(4))).terminate();
    expect(await nudge({ kind: 'task', key: key(4), project: PROJECT, source: 'forge' })).toEqual({
      workflowIds: [INTAKE],
    });
  });

  it('cannot reach more by a name that would end the query', async () => {
    const target = { kind: 'commit', sha: `x' OR TaskRepo = '${REPO}`, repo: 'none', otherwise: 'nobody' } as const;
    expect(await nudge(target)).toEqual({ workflowIds: [] });
  });
});
