import { expect, it } from 'vitest';
import { intakeQuery, projectWorkflowId, taskWorkflowId } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { until } from './support/person.ts';
import { productConfig } from './support/product.ts';
import { planeCard, send } from './support/senders.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

/** Two boards of one server: each has ids of its own, and one calls the entry state differently. */
const BOARDS = [
  {
    plane: '11111111-1111-4111-8111-111111111111',
    state: { id: '84d2782b-6516-4c95-bb31-4685b9172645', name: 'In Progress' },
  },
  {
    plane: '22222222-2222-4222-8222-222222222222',
    state: { id: 'c5408546-45d6-40fd-8c41-83e421691e4f', name: 'Doing' },
  },
] as const;

const lines = (board: (typeof BOARDS)[number]): string =>
  `    webhooks: { planeProject: ${board.plane} }\n    states: { entry: ${board.state.name} }`;

const world = useWorld({
  yaml: ({ key, script }) => {
    const [one, two] = BOARDS;
    const second = productConfig(`${key}B`, script, { project: lines(two) });
    return productConfig(key, script, { project: lines(one) }) + second.replace('projects:\n', '');
  },
  // Nothing but Plane's webhooks can start a task.
  drop: () => true,
  env: { CONVEYOR_INTAKE_SWEEP_ENABLED: 'false' },
});

it(
  'hard-coded-state: cards of two boards with different ids for their entry state both start',
  async () => {
    const { config, board, client } = world();
    const projects = Object.values(config.projects);
    expect(projects.map(({ states }) => states.entry)).toEqual(['In Progress', 'Doing']);
    const started = (key: string): Promise<boolean> =>
      client.workflow
        .getHandle(taskWorkflowId(key))
        .describe()
        .then(
          () => true,
          () => false,
        );

    const cards: string[] = [];
    for (const { key: project, states } of projects) {
      const key = await board.addCard({ project, title: 'Greet the visitor', body: 'Please.', by: 'ada' });
      await board.moveCard({ project, key, stateName: states.entry, by: 'ada' });
      cards.push(key);
      const swept = (): Promise<number | undefined> =>
        client.workflow
          .getHandle(projectWorkflowId(project))
          .query(intakeQuery)
          .then(({ lastSweepAt }) => lastSweepAt);
      await waitFor(swept, `a sweep of ${project}`);
    }
    expect(await Promise.all(cards.map(started))).toEqual([false, false]);

    for (const [index, key] of cards.entries()) {
      const { plane, state } = BOARDS[index] ?? BOARDS[0];
      const answer = await send(world(), planeCard({ key, project: plane, state }));
      expect(answer).toEqual({ status: 202, workflowIds: [projectWorkflowId(projects[index]?.key ?? '')] });
    }
    for (const key of cards) await until(world(), key, 'its first question', ({ question }) => question !== undefined);
  },
  TEST_MS,
);
