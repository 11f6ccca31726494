import { describe, expect, it } from 'vitest';
import { pauseSignal, taskWorkflowId } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { noticesOf, ONE_ROW, startAnew, untilIntake, withIntake } from './support/intake.ts';
import { until } from './support/person.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

describe('the digest', () => {
  const world = useWorld({ yaml: ONE_ROW, config: withIntake({ digestHour: 0 }) });

  it(
    'is sent once for a day with what waits for a person, and an intake started anew knows the open tasks',
    async () => {
      const key = await world().enter({ script: { architect: [{ waitFor: 'the pause' }] } });
      await until(world(), key, 'its start', () => true);
      await world().client.workflow.getHandle(taskWorkflowId(key)).signal(pauseSignal, { by: 'ada' });
      await world().release('the pause');
      await until(world(), key, 'the pause', ({ status }) => status === 'paused');
      // An intake that starts after the hour begins with tomorrow's digest.
      expect(await noticesOf(world())).toEqual([]);
      const { key: project } = world().project;
      const listed = async (): Promise<boolean> => (await world().ports.tasks.waiting(project)).length > 0;
      await waitFor(listed, 'the task in the list', 30_000, 50);

      await startAnew(world(), { state: { lastDigest: '2026-01-01' }, continueAfterEvents: 25 });
      await waitFor(async () => (await noticesOf(world())).length > 0, 'the digest', 60_000, 50);
      const { lastSweepAt = 0 } = await untilIntake(world(), 'the open task', ({ open }) => open === 1);
      await untilIntake(world(), 'three more sweeps', (view) => (view.lastSweepAt ?? 0) > lastSweepAt + 1_500);
      const day = new Date(lastSweepAt).toISOString().slice(0, 10);
      const notices = await noticesOf(world());
      expect(notices.map(({ marker }) => marker)).toEqual([`project/${project}/digest/${day}`]);
      expect(notices[0]?.text).toMatch(
        new RegExp(
          `^1 task of ${project} waits for a person:\n- ${key} \\(paused, \\d+ s\\): paused by ada\n.*: conveyor list$`,
        ),
      );
    },
    TEST_MS,
  );
});
