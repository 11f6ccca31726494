import { describe, expect, it } from 'vitest';
import type { Config } from '../../adapters/config/config.ts';
import { specOf } from '../../domain/admit.ts';
import type { deliverTask } from '../../workflows/deliver-task.ts';
import { pauseSignal, taskWorkflowId, WORKFLOWS } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { moveTo, untilAsked, untilLookedAt } from './support/card.ts';
import { overheard } from './support/overheard.ts';
import { decide, explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { cardOf } from './support/records.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

const ROWS = `
      - { name: only, work: 'agent: developer', leave: [ci], pass: done, fail: only }`;
const REMIND_MS = [2_000, 8_000];

/** Reminders in seconds. */
function reminding(config: Config): Config {
  const projects = Object.entries(config.projects).map(([key, project]) => {
    const { pipeline } = project;
    return [key, { ...project, pipeline: { ...pipeline, looks: { ...pipeline.looks, remindMs: REMIND_MS } } }];
  });
  return { ...config, projects: Object.fromEntries(projects) };
}

describe('a question that nobody answers', () => {
  const heard = overheard();
  const world = useWorld({
    yaml: tableConfig(ROWS, { roles: ['developer'] }),
    script: { developer: [{ verdict: 'needs-input', summary: 'which greeting?' }] },
    config: reminding,
    ports: heard.ports,
  });

  it.concurrent(
    'is said again once for each reminder, under its own topic, and then no more',
    async () => {
      const key = await world().enter();
      await untilAsked(world(), key);
      await expectReminders(key);
    },
    TEST_MS,
  );

  it.concurrent(
    'is said again also by a task that continues as new in between',
    async () => {
      const key = await startContinuing(25);
      await untilAsked(world(), key);
      const first = await runOf(key);
      await waitFor(async () => (await runOf(key)) !== first, 'a new run of the workflow', 60_000, 80);
      await expectReminders(key);
    },
    TEST_MS,
  );

  it.concurrent(
    'is not said again while the card is held or the task paused',
    async () => {
      const [held, paused] = [await world().enter(), await world().enter()];
      await Promise.all([held, paused].map((key) => untilAsked(world(), key)));
      await moveTo(world(), held, 'blocked');
      await world().client.workflow.getHandle(taskWorkflowId(paused)).signal(pauseSignal, { by: 'ada' });
      await until(world(), held, 'the hold', ({ status }) => status === 'held');
      const soFar = [held, paused].map((key) => heard.about(key).length);
      await waitFor(async () => (await age(held)) > 9_000 && (await age(paused)) > 9_000, 'all reminders', 60_000, 200);
      await untilLookedAt(world(), held, 2);
      expect([held, paused].map((key) => heard.about(key).length)).toEqual(soFar);
    },
    TEST_MS,
  );

  async function expectReminders(key: string): Promise<void> {
    const topic = `${key}#1/question/1`;
    const markers = [topic, `${topic}/reminder/1`, `${topic}/reminder/2`];
    await waitFor(() => heard.about(key).length >= markers.length, 'the reminders', 60_000, 100);
    // Counted by the task: the history of one that continues as new begins again.
    const { ledger } = await explain(world(), key);
    await until(world(), key, 'six timers more', ({ ledger: { wakes } }) => wakes.timer >= ledger.wakes.timer + 6);
    const messages = heard.about(key);
    expect(messages.map(({ marker }) => marker)).toEqual(markers);
    expect(new Set(messages.map((message) => message.topic))).toEqual(new Set([topic]));
    for (const { text } of messages) {
      expect(text).toContain(`move the card to In Progress, or \`conveyor decide ${key} 1 retry\``);
    }
    const { comments } = await cardOf(world(), key);
    expect(comments.filter(({ marker }) => marker?.includes('/question/'))).toHaveLength(1);

    await decide(world(), key, { number: 1, answer: 'abort' });
    expect(await outcomeOf(world(), key)).toEqual('aborted');
    const last = heard.about(key).at(-1);
    expect(last).toMatchObject({ marker: `${topic}/closed`, topic });
    expect(last?.text).toEqual(`${key} question 1, answered: abort by ada`);
  }

  async function age(key: string): Promise<number> {
    const { question } = await until(world(), key, 'its question', (view) => view.question !== undefined);
    return Date.now() - (question?.toldAt ?? Date.now());
  }

  async function startContinuing(continueAfterEvents: number): Promise<string> {
    const { client, board, project, queues } = world();
    const key = await board.addCard({ project: project.key, title: 'A long story', body: '', by: 'ada' });
    await client.workflow.start<typeof deliverTask>(WORKFLOWS.task, {
      workflowId: taskWorkflowId(key),
      taskQueue: queues.control,
      args: [
        {
          spec: specOf({ key, title: 'A long story' }, project, 1),
          pipeline: project.pipeline,
          queues,
          continueAfterEvents,
        },
      ],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
    await moveTo(world(), key, 'entry');
    return key;
  }

  async function runOf(key: string): Promise<string> {
    return (await world().client.workflow.getHandle(taskWorkflowId(key)).describe()).runId;
  }
});
