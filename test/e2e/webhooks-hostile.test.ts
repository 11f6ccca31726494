import { Agent } from 'node:http';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNudger, projectsDelivering } from '../../app/nudge.ts';
import { createReadDelivery } from '../../app/webhooks/read-delivery.ts';
import { projectWorkflowId, taskWorkflowId } from '../../workflows/messages.ts';
import { ask, hostileBytes, hostileRequests, inTurns, tell } from '../api/hostile-requests.ts';
import type { TestApi } from '../api/support.ts';
import { openApi, post, recorded, SECRETS, signed } from '../api/support.ts';
import { RECORDED } from '../support/webhook-config.ts';
import { untilAsked } from './support/card.ts';
import { explain } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

const REQUESTS = 7_000;
const BROKEN = 3_000;

// prettier-ignore
const ROWS = `
      - { name: design, work: 'agent: architect', leave: [artifacts, approval], pass: done, fail: design }`;

/** What a recorded delivery wakes: the card of that number is the world's own task, number 1. */
// prettier-ignore
const WAKES: Record<string, ('task' | 'project')[]> = {
  'plane 029-issue-updated-ui-state': ['task', 'project'],
  // A card no task is about concerns the intake alone.
  'plane 035-issue-created-ui-created': ['project'],
  // A commit that no task stands at wakes the whole repository.
  'gitea 425-status-success': ['project', 'task'],
};

describe('the recorded servers, the open webhook endpoint, and a task that asks', () => {
  const world = useWorld({
    yaml: tableConfig(ROWS, {
      roles: ['architect'],
      project: `    webhooks: { planeProject: ${RECORDED.planeProject}, giteaRepo: ${RECORDED.giteaRepo} }`,
      top: `ourAccounts: { plane: [${RECORDED.planeBot}], gitea: [bot-merger] }`,
    }),
    drop: () => true,
    env: { CONVEYOR_INTAKE_SWEEP_ENABLED: 'false' },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 25 });
  let api: TestApi;
  let key = '';

  beforeAll(async () => {
    const { client, config, project } = world();
    key = await world().enter();
    await client.workflow.getHandle(projectWorkflowId(project.key)).signal('nudge', { source: 'tracker' });
    await untilAsked(world(), key);
    // Raw sockets may send half a request and stay: they are let go soon.
    api = await openApi({
      read: createReadDelivery(config),
      nudge: createNudger({ client, projectsOf: projectsDelivering(config) }),
      headersMs: 1_000,
      requestMs: 1_500,
    });
  }, TEST_MS);
  afterAll(async () => {
    agent.destroy();
    await api.close();
  });

  /** How often the server told task and intake to look again. */
  async function nudged(): Promise<Record<'task' | 'project', number>> {
    const count = async (workflowId: string): Promise<number> => {
      const { events } = await world().client.workflow.getHandle(workflowId).fetchHistory();
      return (events ?? []).filter(({ workflowExecutionSignaledEventAttributes: signal }) => {
        const data = signal?.input?.payloads?.[0]?.data;
        // A sweep that a webhook woke may nudge as well: that is the intake's own doing.
        return (
          signal?.signalName === 'nudge' &&
          !Buffer.from(data ?? [])
            .toString('utf8')
            .includes('"sweep"')
        );
      }).length;
    };
    const { key: project } = world().project;
    return { task: await count(taskWorkflowId(key)), project: await count(projectWorkflowId(project)) };
  }

  function ids(names: readonly ('task' | 'project')[]): string[] {
    const { key: project } = world().project;
    return names.map((name) => (name === 'task' ? taskWorkflowId(key) : projectWorkflowId(project)));
  }

  it.each(['plane', 'gitea'] as const)(
    'every delivery recorded from %s wakes whom it concerns, and nobody else',
    async (sender) => {
      const folder = join(import.meta.dirname, '../fixtures/recorded', sender, 'webhooks');
      const names = readdirSync(folder).flatMap((name) => (name.endsWith('.body') ? [name.slice(0, -5)] : []));
      expect(names.length).toBeGreaterThan(5);
      const expected = await nudged();
      for (const name of names) {
        const wakes = WAKES[`${sender} ${name}`] ?? [];
        const { body, headers } = recorded(sender, name);
        const answer = await post(api, sender, body, headers);
        expect([name, answer.body['workflowIds'] ?? []]).toEqual([name, ids(wakes)]);
        for (const who of wakes) expected[who] += 1;
        // What comes during a step of the workflow is in its history after that step.
        await expect.poll(nudged, { timeout: 20_000, message: name }).toEqual(expected);
      }
    },
    TEST_MS,
  );

  it(
    '10,000 hostile requests are each refused, and nothing reaches a workflow',
    async () => {
      const before = await nudged();
      const statuses = await inTurns(hostileRequests(REQUESTS), (one) => ask(api.url, agent, one));
      // A HEAD, GET or OPTIONS of nothing in particular may be answered well; nothing is a server's mistake.
      expect([...new Set(statuses)].filter((status) => status >= 500 || status === 202)).toEqual([]);
      expect([...new Set(statuses)]).toEqual(expect.arrayContaining([401, 404, 405, 415]));
      const answers = await inTurns(hostileBytes(BROKEN), (bytes) => tell(api.url, bytes));
      expect(answers.filter((answer) => /^HTTP\/1\.1 (?:202|5\d\d)/.test(answer))).toEqual([]);
      expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 400')).length).toBeGreaterThan(BROKEN / 4);
      expect(await nudged()).toEqual(before);
      expect((await explain(world(), key)).question).toMatchObject({ number: 1, cause: 'approval' });
    },
    TEST_MS,
  );

  it('a good body under a wrong signature reaches no workflow', async () => {
    const before = await nudged();
    const { body, headers } = recorded('plane', '029-issue-updated-ui-state');
    const flipped = Uint8Array.from(body);
    flipped[100] = (flipped[100] ?? 0) ^ 1;
    const { 'X-Plane-Signature': _signature, ...unsigned } = headers;
    const answers = [
      await post(api, 'plane', flipped, headers),
      await post(api, 'plane', body, unsigned),
      await post(api, 'plane', body, signed('plane', body, SECRETS.gitea[0])),
      await post(api, 'plane', body, signed('plane', body, 'a secret that was rotated away')),
      await post(api, 'plane', '{', signed('plane', '{')),
      await post(api, 'plane', body, { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 400, 415]);
    expect(await nudged()).toEqual(before);
  });

  it('leaves a server that takes a good delivery, and that crashed nowhere', async () => {
    const { body, headers } = recorded('plane', '029-issue-updated-ui-state');
    expect((await post(api, 'plane', body, headers)).status).toBe(202);
    for (const sender of ['plane', 'gitea', 'local'] as const) expect(await api.count(sender, 'failed')).toBe(0);
    expect(api.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    expect(JSON.stringify(api.logged)).not.toContain(SECRETS.local[0]);
  });
});
