import { describe, expect, it } from 'vitest';
import { PortError } from '../../activities/ports.ts';
import { waitFor } from '../support/wait-for.ts';
import { noticesOf, ONE_ROW, untilIntake } from './support/intake.ts';
import { outcomeOf } from './support/person.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import { wrap } from './support/wrap.ts';

describe('an intake that cannot read the tracker', () => {
  let unwell: PortError | undefined;
  let notifier: 'well' | 'away' | 'refuses-openings' = 'well';
  let sweeps = 0;
  const world = useWorld({
    yaml: ONE_ROW,
    ports: (ports) => ({
      tracker: wrap(ports.tracker, (method, go) => {
        if (method === 'changes') sweeps++;
        return unwell ? Promise.reject(unwell) : go();
      }),
      notifier: {
        send: async (message) => {
          const refused = notifier === 'refuses-openings' && message.marker.endsWith('/opened');
          if (notifier === 'away' || refused) throw new PortError('Notify.Away', 'no answer');
          await ports.notifier.send(message);
        },
      },
    }),
  });

  it(
    'tells one incident, also when the notifier was away, lets in afterwards what came meanwhile, and tells that it is over',
    async () => {
      await untilIntake(world(), 'the first sweep', ({ lastSweepAt }) => lastSweepAt !== undefined);
      notifier = 'away';
      unwell = new PortError('Tracker.Unauthorized', 'the token is no longer valid', 'auth');
      const key = await world().enter();
      const ill = await untilIntake(world(), 'the incident', ({ incidents }) => incidents.length === 1);
      expect(ill.incidents).toMatchObject([{ integration: 'Tracker', class: 'auth', seenBy: ['intake'] }]);
      const before = sweeps;
      await waitFor(() => sweeps >= before + 3, 'sweeps in spite of both', 60_000);
      expect(await noticesOf(world())).toEqual([]);

      notifier = 'well';
      await waitFor(async () => (await noticesOf(world())).length === 1, 'the first notice', 60_000, 50);
      unwell = undefined;
      expect(await outcomeOf(world(), key)).toEqual('done');
      await waitFor(async () => (await noticesOf(world())).length === 2, 'the second notice', 60_000, 50);
      const [opened, healed] = await noticesOf(world());
      expect(opened?.text).toContain('Tracker is unwell (Tracker.Unauthorized): the token is no longer valid');
      expect(healed?.text).toMatch(/^Incident 1 in \w+ is over: Tracker is well again after \d+ s\.$/);
      expect(
        (await untilIntake(world(), 'no incident', ({ incidents }) => incidents.length === 0)).stats.started,
      ).toEqual(1);
    },
    TEST_MS,
  );

  it(
    'tells the next message although no notifier takes the one before it, and shows what is untold',
    async () => {
      await untilIntake(world(), 'no incident', ({ incidents, untold }) => incidents.length === 0 && !untold);
      const before = (await noticesOf(world())).length;
      notifier = 'refuses-openings';
      unwell = new PortError('Tracker.Unauthorized', 'revoked again', 'auth');
      await untilIntake(world(), 'the incident', ({ incidents }) => incidents.length === 1);
      unwell = undefined;
      await waitFor(async () => (await noticesOf(world())).length > before, 'the healing to be told', 60_000, 50);
      expect((await noticesOf(world())).at(-1)?.marker).toMatch(/\/healed$/);
      const { untold } = await untilIntake(world(), 'one message left', (view) => view.untold?.length === 1);
      expect(untold?.[0]).toContain('revoked again');
    },
    TEST_MS,
  );
});
