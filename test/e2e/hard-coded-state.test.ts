import { expect, it } from 'vitest';
import { intakeQuery, projectWorkflowId, taskWorkflowId } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { until } from './support/person.ts';
import { productConfig } from './support/product.ts';
import { planeCard, send } from './support/senders.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

/** Boards of one server: each has ids of its own, also for states of the same name, and one names its entry state anew. */
const BOARDS = [
  {
    plane: '11111111-1111-4111-8111-111111111111',
    state: { id: '84d2782b-6516-4c95-bb31-4685b9172645', name: 'In Progress' },
  },
  {
    plane: '22222222-2222-4222-8222-222222222222',
    state: { id: 'c5408546-45d6-40fd-8c41-83e421691e4f', name: 'In Progress' },
  },
  {
    plane: '33333333-3333-4333-8333-333333333333',
    state: { id: '0b1d7a52-3c44-4f0e-9a55-6a2f7f0f9d11', name: 'Doing' },
  },
] as const;

const lines = (board: (typeof BOARDS)[number]): string =>
  `    webhooks: { planeProject: ${board.plane} }\n    states: { entry: ${board.state.name} }`;

const world = useWorld({
  yaml: ({ key, script }) => {
    const projects = BOARDS.map((board, n) => productConfig(`${key}${'ABC'[n]}`, script, { project: lines(board) }));
    return `projects:\n${projects.join('').replaceAll('projects:\n', '')}`;
  },
  // Nothing but Plane's webhooks can start a task.
  drop: () => true,
  env: { CONVEYOR_INTAKE_SWEEP_ENABLED: 'false' },
});

it(
  'hard-coded-state: cards of boards with different ids for the same state name all start, and so does one of another name',
  async () => {
    const { config, board, client } = world();
    const projects = Object.values(config.projects);
    expect(projects.map(({ states }) => states.entry)).toEqual(['In Progress', 'In Progress', 'Doing']);
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
    expect(await Promise.all(cards.map(started))).toEqual([false, false, false]);

    for (const [index, key] of cards.entries()) {
      const { plane, state } = BOARDS[index] ?? BOARDS[0];
      const answer = await send(world(), planeCard({ key, project: plane, state }));
      expect(answer).toEqual({ status: 202, workflowIds: [projectWorkflowId(projects[index]?.key ?? '')] });
    }
    for (const key of cards) await until(world(), key, 'its first question', ({ question }) => question !== undefined);
  },
  TEST_MS,
);
