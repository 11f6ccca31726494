import { beforeAll, describe, expect, it } from 'vitest';
import type { GateSettings } from '../../domain/pipeline.ts';
import { projectWorkflowId, taskWorkflowId } from '../../workflows/messages.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import type { Answered } from './support/senders.ts';
import { gitea, planeCard, send, SENDER_LINES } from './support/senders.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: design,      work: 'agent: architect', leave: [artifacts, approval], pass: development, fail: design }
      - { name: development, work: 'agent: developer', leave: [ci],                  pass: testing,     fail: development }
      - { name: testing,     work: 'agent: tester',    leave: [tests],               pass: done,        fail: development }`;

const HOUR_MS = 3_600_000;
const slowly = (gate: GateSettings): GateSettings => ({ ...gate, pollMs: { first: HOUR_MS, longest: HOUR_MS } });

describe('with webhooks of Plane and Gitea, and no timer that reads', () => {
  const world = useWorld({
    yaml: tableConfig(ROWS, { roles: ['architect', 'developer', 'tester'], ...SENDER_LINES }),
    drop: () => true,
    env: { CONVEYOR_INTAKE_SWEEP_ENABLED: 'false', CONVEYOR_GATE_TIMERS_ENABLED: 'false' },
    config: (config) => {
      const slow = Object.entries(config.projects).map(([key, { pipeline, ...project }]) => {
        // A wait for a person reads his card, and the first timer may come before the webhook does.
        const stages = pipeline.stages.map((stage) => ({ ...stage, leave: stage.leave.map(slowly) }));
        return [
          key,
          { ...project, pipeline: { ...pipeline, stages, looks: { ...pipeline.looks, personMs: HOUR_MS } } },
        ];
      });
      return { ...config, projects: Object.fromEntries(slow) };
    },
  });
  const answers: Record<string, Answered> = {};
  let task: ExplainView;
  let key = '';

  beforeAll(async () => {
    key = await world().enter();
    answers['our move of a card'] = await send(world(), planeCard({ key, by: 'us' }));
    answers['a card that was moved'] = await send(world(), planeCard({ key }));
    await until(world(), key, 'the approval', ({ question }) => question?.told === 'told');
    await world().moveCard(key, 'approved');
    answers['our own move'] = await send(world(), planeCard({ key, by: 'us' }));
    answers['the approval'] = await send(world(), planeCard({ key }));
    const { subjects } = await until(world(), key, 'the checks', ({ stage, subjects, status }) => {
      return stage === 'development' && status === 'waiting' && subjects.head !== undefined;
    });
    const sha = subjects.head ?? '';
    await waitFor(
      async () => {
        const statuses = await world().ports.forge.statuses(world().project.repo, sha);
        return statuses.length > 0 && statuses.every(({ state }) => state === 'success');
      },
      'green checks',
      60_000,
    );
    const waiting = await until(world(), key, 'the checks', () => true);
    expect([waiting.stage, waiting.status]).toEqual(['development', 'waiting']);
    answers['our own push'] = await send(world(), gitea('push', { sha, branch: waiting.branch, by: 'us' }));
    answers['the checks'] = await send(world(), gitea('status', { sha, by: 'us' }));
    expect(await outcomeOf(world(), key)).toBe('done');
    task = await explain(world(), key);
  }, TEST_MS);

  it('a task goes from its card to its end', () => {
    const ids = [projectWorkflowId(world().project.key), taskWorkflowId(key)];
    expect(answers).toEqual({
      'our move of a card': { status: 200, workflowIds: [] },
      'a card that was moved': { status: 202, workflowIds: ids.slice(0, 1) },
      'our own move': { status: 200, workflowIds: [] },
      'the approval': { status: 202, workflowIds: ids.toReversed() },
      'our own push': { status: 200, workflowIds: [] },
      'the checks': { status: 202, workflowIds: ids.slice(1) },
    });
    expect(task.ledger).toMatchObject({ total: 0, healedByTimer: 0 });
  });

  it('a webhook after its end finds nobody to wake but the intake, and revives nothing', async () => {
    const runs = await world().runs();
    const answer = await send(world(), planeCard({ key }));
    expect(answer).toEqual({ status: 202, workflowIds: [projectWorkflowId(world().project.key)] });
    expect(await send(world(), gitea('push', { sha: 'd'.repeat(40), branch: task.branch }))).toEqual(answer);
    const { status } = await world().client.workflow.getHandle(taskWorkflowId(key)).describe();
    expect(status.name).toBe('COMPLETED');
    expect(await world().runs()).toEqual(runs);
  });
});
