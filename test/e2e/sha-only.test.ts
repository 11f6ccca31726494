import { describe, expect, it } from 'vitest';
import type { Config } from '../../adapters/config/config.ts';
import { projectWorkflowId, taskWorkflowId } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { recordedOf } from './support/history.ts';
import { outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { git, push } from './support/repository.ts';
import { gitea, send, SENDER_LINES } from './support/senders.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: development, work: 'agent: developer', leave: [ci],    pass: testing, fail: development }
      - { name: testing,     work: 'agent: tester',    leave: [tests], pass: done,    fail: development }`;

const OUTSIDE = 'outside';
const HOUR_MS = 3_600_000;

/** No timer looks at a check while a test runs. */
function withoutTimers(config: Config): Config {
  const projects = Object.entries(config.projects).map(([key, project]) => {
    const stages = project.pipeline.stages.map((row) => ({
      ...row,
      leave: row.leave.map((gate) => ({ ...gate, pollMs: { first: HOUR_MS, longest: HOUR_MS } })),
    }));
    const looks = { ...project.pipeline.looks, personMs: HOUR_MS };
    return [key, { ...project, pipeline: { ...project.pipeline, stages, looks } }];
  });
  return { ...config, projects: Object.fromEntries(projects) };
}

describe('sha-only: a status that names no branch', () => {
  const world = useWorld({
    yaml: tableConfig(ROWS, {
      roles: ['developer', 'tester'],
      project: `${SENDER_LINES.project}\n    policy: { requiredContexts: [${OUTSIDE}] }`,
    }),
    config: withoutTimers,
    // Of a check's result only Gitea tells.
    drop: ({ event }) => event === 'status',
  });

  /** A task whose only open wish is the check from outside, and its commit. */
  async function waitingTask(): Promise<{ key: string; head: string }> {
    const key = await world().enter();
    return { key, head: await headOf(key) };
  }

  async function headOf(key: string, head?: string): Promise<string> {
    const view = await until(world(), key, 'the check from outside', ({ status, sentence, subjects }) => {
      return status === 'waiting' && sentence.includes(OUTSIDE) && (head === undefined || subjects.head === head);
    });
    const sha = view.subjects.head ?? '';
    await waitFor(() => checkedItself(sha), `the checks of ${sha}`, 60_000);
    return sha;
  }

  /** From here on nothing is news but the check from outside. */
  async function checkedItself(sha: string): Promise<boolean> {
    const statuses = await world().ports.forge.statuses(world().project.repo, sha);
    return statuses.length > 0 && statuses.every(({ state }) => state === 'success');
  }

  async function turnGreen(sha: string): Promise<void> {
    await world().forge.setStatus(world().project.repo, sha, {
      context: OUTSIDE,
      state: 'success',
      description: 'fine',
    });
  }

  /** Visibility is a little behind. */
  async function listed(sha: string, tasks: number): Promise<void> {
    const query = `TaskHeadSha = '${sha}' AND ExecutionStatus = 'Running'`;
    await waitFor(async () => (await world().client.workflow.count(query)).count === tasks, `${tasks} tasks at ${sha}`);
  }

  it(
    'finds the one task that stands at its commit, and wakes no other',
    async () => {
      const [one, other] = [await waitingTask(), await waitingTask()];
      await listed(one.head, 1);
      await turnGreen(one.head);
      expect(await send(world(), gitea('status', { sha: one.head }))).toEqual({
        status: 202,
        workflowIds: [taskWorkflowId(one.key)],
      });
      expect(await outcomeOf(world(), one.key)).toBe('done');
      const nudged = (await recordedOf(world(), other.key)).filter(({ kind }) => kind === 'nudged').length;
      await turnGreen(other.head);
      await send(world(), gitea('status', { sha: other.head }));
      expect(await outcomeOf(world(), other.key)).toBe('done');
      expect((await recordedOf(world(), other.key)).filter(({ kind }) => kind === 'nudged')).toHaveLength(nudged + 1);
    },
    TEST_MS,
  );

  it(
    'wakes every task that stands at its commit',
    async () => {
      const tasks = [await waitingTask(), await waitingTask()];
      const [branch = '', twin = ''] = await Promise.all(
        tasks.map(async ({ key }) => (await until(world(), key, 'its branch', () => true)).branch),
      );
      const sha = await push(world(), branch, { 'NOTES.md': 'Both tasks are about this.\n' });
      await git(world(), 'update-ref', `refs/heads/${twin}`, sha);
      for (const of of [branch, twin]) await send(world(), gitea('push', { sha, branch: of }));
      for (const { key } of tasks) await headOf(key, sha);
      await listed(sha, 2);
      await turnGreen(sha);
      const { status, workflowIds } = await send(world(), gitea('status', { sha }));
      expect([status, workflowIds.toSorted()]).toEqual([202, tasks.map(({ key }) => taskWorkflowId(key)).toSorted()]);
      for (const { key } of tasks) expect(await outcomeOf(world(), key)).toBe('done');
    },
    TEST_MS,
  );

  it(
    'wakes the project and every waiting task of the repository when it is about no task',
    async () => {
      const tasks = [await waitingTask(), await waitingTask()];
      for (const { head } of tasks) {
        await listed(head, 1);
        await turnGreen(head);
      }
      const { status, workflowIds } = await send(world(), gitea('status', { sha: 'e'.repeat(40) }));
      expect(status).toBe(202);
      expect(workflowIds[0]).toBe(projectWorkflowId(world().project.key));
      expect(workflowIds.slice(1).toSorted()).toEqual(tasks.map(({ key }) => taskWorkflowId(key)).toSorted());
      for (const { key } of tasks) expect(await outcomeOf(world(), key)).toBe('done');
    },
    TEST_MS,
  );
});
