import { describe, expect, it } from 'vitest';
import type { Config } from '../../adapters/config/config.ts';
import { nudgeSignal, sweepSignal } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { intakeHandle, intakeOf, noticesOf, untilIntake } from './support/intake.ts';
import { outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: analysis, work: 'agent: analyst', leave: [artifacts, approval], pass: done, fail: analysis }`;

/** No task looks at its card by itself: what it sees, the sweep has told it. */
function withoutOwnLooks(config: Config): Config {
  const projects = Object.entries(config.projects).map(([key, project]) => {
    const { pipeline } = project;
    return [key, { ...project, pipeline: { ...pipeline, looks: { ...pipeline.looks, personMs: 3_600_000 } } }];
  });
  return { ...config, projects: Object.fromEntries(projects) };
}

describe('with every webhook of the tracker lost', () => {
  const world = useWorld({
    yaml: tableConfig(ROWS, { roles: ['analyst'] }),
    config: withoutOwnLooks,
    drop: ({ event }) => event.startsWith('card.'),
  });

  it(
    'every move of a card is noticed within a sweep, and that they are lost is told once and once when they come again',
    async () => {
      // What the first listing finds nobody waited for: it says nothing about webhooks.
      await untilIntake(world(), 'the first sweep', ({ lastSweepAt }) => lastSweepAt !== undefined);
      const key = await world().enter();
      await until(world(), key, 'the approval', ({ question }) => question?.told === 'told');
      await noticed('blocked', ({ status }) => status === 'held');
      await noticed('asking', ({ status }) => status === 'asking');
      const ill = await untilIntake(world(), 'the incident', ({ incidents }) => incidents.length === 1);
      expect(ill.incidents).toMatchObject([{ number: 1, integration: 'webhooks', class: 'transient' }]);
      expect(ill.stats).toMatchObject({ drivenByWebhook: 0, healedByTimer: 3 });
      await noticed('approved', ({ end }) => end?.outcome === 'done');
      expect(await outcomeOf(world(), key)).toEqual('done');

      // A command proves nothing about webhooks; the next one of them does.
      await intakeHandle(world()).signal(sweepSignal);
      await another();
      expect((await intakeOf(world())).incidents).toHaveLength(1);
      await intakeHandle(world()).signal(nudgeSignal, { source: 'tracker' });
      const well = await untilIntake(world(), 'the healing', ({ incidents }) => incidents.length === 0);
      expect(well.webhooks.missedInARow).toEqual(0);
      expect(well.stats.healedByTimer).toBeGreaterThanOrEqual(4);
      const told = await waitFor(twoNotices, 'both notices', 30_000, 50);
      expect(told.map(({ marker }) => marker.split('/').slice(2).join('/'))).toEqual([
        'incident/1/opened',
        'incident/1/healed',
      ]);
      expect(told[0]?.text).toContain('webhook settings');

      /** By the task, and by the sweep that told it. */
      async function noticed(role: 'blocked' | 'asking' | 'approved', holds: Parameters<typeof until>[3]) {
        const { stats } = await untilIntake(world(), 'the open task', ({ open }) => open === 1);
        await world().moveCard(key, role);
        await untilIntake(world(), `a sweep that sees the move to ${role}`, (view) => {
          return view.stats.healedByTimer > stats.healedByTimer;
        });
        await until(world(), key, `the move to ${role}`, holds);
      }
    },
    TEST_MS,
  );

  async function twoNotices() {
    const notices = await noticesOf(world());
    return notices.length >= 2 ? notices : undefined;
  }

  async function another(): Promise<void> {
    const { lastSweepAt } = await intakeOf(world());
    await untilIntake(world(), 'another sweep', (view) => view.lastSweepAt !== lastSweepAt);
  }
});
