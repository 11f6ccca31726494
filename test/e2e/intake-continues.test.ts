import { beforeAll, describe, expect, it } from 'vitest';
import { createReadFreeze } from '../../app/freeze.ts';
import {
  freezeSignal,
  freezeUpdate,
  nudgeSignal,
  projectWorkflowId,
  recoveredSignal,
  troubleSignal,
} from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { intakeHandle, intakeOf, noticesOf, ONE_ROW, startAnew, untilIntake, withIntake } from './support/intake.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

/** Every run of the intake's workflow is short: a nudge meets its end now and then. */
describe('an intake that continues as new all the time', () => {
  const started: string[] = [];
  // Timers read nothing and no webhook arrives: what a lost nudge does not bring never enters.
  const world = useWorld({
    yaml: ONE_ROW,
    config: withIntake({ fullSweepMs: 86_400_000 }),
    env: { CONVEYOR_INTAKE_SWEEP_ENABLED: 'false' },
    drop: () => true,
    ports: ({ tasks }) => ({
      tasks: {
        ...tasks,
        start: async (_project, { key }) => {
          started.push(key);
          return 'started';
        },
      },
    }),
  });

  beforeAll(() => startAnew(world(), { continueAfterEvents: 15 }), TEST_MS);

  it(
    'loses no nudge that arrives at the border',
    async () => {
      const { board, project } = world();
      for (let n = 1; n <= 12; n++) {
        const key = await board.addCard({ project: project.key, title: `Card ${n}`, body: '', by: 'ada' });
        await world().moveCard(key, 'entry');
        await intakeHandle(world()).signal(nudgeSignal, { source: 'tracker' });
        await waitFor(() => started.includes(key), `the start of ${key}`, 30_000, n % 3);
      }
      // The activity has started the twelfth before the workflow hears of it.
      const { stats } = await untilIntake(world(), 'the twelfth start', ({ stats }) => stats.started >= 12);
      expect(stats).toMatchObject({ started: 12, healedByTimer: 0 });
      expect(started).toHaveLength(12);
      await waitFor(async () => (await runs()) > 4, 'five runs of the intake', 30_000, 80);
    },
    TEST_MS,
  );

  it(
    'stays frozen for everybody who asks, at every moment of it',
    async () => {
      const { client, project } = world();
      const read = createReadFreeze(client);
      await intakeHandle(world()).executeUpdate(freezeUpdate, { args: [{ by: 'ada', reason: 'a fair' }] });
      const before = await runs();
      let reads = 0;
      await waitFor(
        async () => {
          expect(await read(project.key)).toMatchObject({ by: 'ada', reason: 'a fair' });
          reads++;
          await intakeHandle(world()).signal(nudgeSignal, { source: 'tracker' });
          return (await runs()) >= before + 3;
        },
        'three more runs',
        60_000,
      );
      expect(reads).toBeGreaterThan(3);
      expect((await intakeOf(world())).freeze).toMatchObject({ by: 'ada' });
    },
    TEST_MS,
  );

  it(
    'tells an incident that tasks report once when it opens and once when it heals, and hears nothing in nonsense',
    async () => {
      const intake = intakeHandle(world());
      const trouble = {
        integration: 'Gitea',
        class: 'transient',
        type: 'Gitea.Away',
        message: 'it answers 502',
      } as const;
      for (const key of ['A-1', 'A-2', 'A-3']) await intake.signal(troubleSignal, { key, ...trouble });
      for (const nonsense of [undefined, 7, 'x', [], { key: 3 }]) {
        for (const name of [troubleSignal.name, recoveredSignal.name, 'ended', nudgeSignal.name, freezeSignal.name]) {
          await intake.signal(name, nonsense);
        }
      }
      const ill = await untilIntake(world(), 'the incident', ({ incidents }) => incidents.length === 1);
      expect(ill.incidents).toMatchObject([{ integration: 'Gitea', seenBy: ['A-1', 'A-2', 'A-3'] }]);
      for (const key of ['A-1', 'A-2', 'A-3']) await intake.signal(recoveredSignal, { key });
      await untilIntake(world(), 'the healing', ({ incidents }) => incidents.length === 0);
      await waitFor(async () => (await noticesOf(world())).length >= 2, 'both notices', 30_000, 50);
      const markers = (await noticesOf(world())).map(({ marker }) => marker.split('/').slice(2).join('/'));
      expect(markers).toEqual(['incident/1/opened', 'incident/1/healed']);
    },
    TEST_MS,
  );

  /** How many runs the intake's workflow has had. */
  async function runs(): Promise<number> {
    const { client, project } = world();
    const runs: string[] = [];
    const query = `WorkflowId = '${projectWorkflowId(project.key)}' AND ExecutionStatus = 'ContinuedAsNew'`;
    for await (const { runId } of client.workflow.list({ query })) runs.push(runId);
    return runs.length;
  }
});
