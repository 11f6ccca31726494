import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onAsked } from '../../../domain/intake/ask.ts';
import { onFreeze, onUnfreeze } from '../../../domain/intake/freeze.ts';
import { heal, openIncident } from '../../../domain/intake/incident.ts';
import { roomOf } from '../../../domain/intake/plan.ts';
import { onWebhook } from '../../../domain/intake/webhook-health.ts';
import type { Simulation } from './simulation.ts';
import { createSimulation } from './simulation.ts';
import { HOUR, MINUTE } from './states.ts';

const anyKey = fc.integer({ min: 1, max: 5 }).map((n) => `DEMO-${n}`);
const anyRole = fc.constantFrom('entry', 'entry', 'entry', 'other', 'blocked', 'approved', 'done');
const anyCommand = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      key: anyKey,
      role: anyRole,
      by: fc.option(anyKey, { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      key: anyKey,
      how: fc.constantFrom('told', 'untold', 'stopped'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(100, MINUTE, 6 * MINUTE, 2 * HOUR) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('nudge' as const, 'settle' as const, 'delete' as const), key: anyKey }),
  },
  fc.record({ do: fc.constantFrom('freeze' as const, 'unfreeze' as const, 'away' as const, 'back' as const) }),
  fc.record({
    do: fc.constantFrom('trouble' as const, 'recovered' as const),
    key: anyKey,
    class: fc.constantFrom('transient', 'auth'),
  }),
);
type Command = typeof anyCommand extends fc.Arbitrary<infer C> ? C : never;

async function obey(sim: Simulation, command: Command): Promise<void> {
  switch (command.do) {
    case 'move':
      return sim.move(command.key, command.role, { blockedBy: command.by === undefined ? [] : [command.by] });
    case 'end':
      return sim.end(command.key, command.how);
    case 'pass':
      return sim.pass(command.ms);
    case 'nudge':
      return sim.hear((state, at) => onAsked(onWebhook(state, at), 'webhook', at));
    case 'settle':
      return sim.settle();
    case 'delete':
      sim.world.tracker.cards = sim.world.tracker.cards.filter(({ key }) => key !== command.key);
      return;
    case 'freeze':
      return sim.hear((state, at) => onFreeze(state, { by: 'ada', reason: '', at }));
    case 'unfreeze':
      return sim.hear(onUnfreeze);
    case 'away':
    case 'back':
      return sim.away(command.do === 'away');
    case 'trouble': {
      const trouble = { integration: 'Gitea', class: command.class, type: 'Gitea.Away', message: '' };
      return sim.hear((state, at) => openIncident(state, { key: command.key, ...trouble }, at));
    }
    case 'recovered':
      return sim.hear((state, at) => heal(state, command.key, at));
  }
}

/** Markers of every notice the state has ever owed. */
function watchNotices(sim: Simulation): () => string[] {
  const told: string[] = [];
  const { hear } = sim;
  sim.hear = (change) => {
    const before = new Set(sim.state.owed);
    hear(change);
    told.push(...sim.state.owed.filter((notice) => !before.has(notice)).map(({ marker }) => marker));
  };
  return () => told;
}

describe('whatever people, tasks, webhooks and the tracker do in whatever order', () => {
  const anyHistory = fc.array(anyCommand, { minLength: 10, maxLength: 60, size: 'max' });
  const anyLimit = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });

  it('no limit is exceeded, nothing is revived, no incident is told twice, and no item is lost', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, anyLimit, async (commands, wip) => {
        const sim = createSimulation({ sweepMs: 5 * MINUTE, fullSweepMs: HOUR, ...(wip === undefined ? {} : { wip }) });
        const notices = watchNotices(sim);
        for (const command of commands) {
          await obey(sim, command);
          if (command.do !== 'move') await sim.settle();
          const kinds = sim.state.incidents.map((one) => `${one.integration} ${one.class}`);
          expect(new Set(kinds).size).toBe(kinds.length);
        }
        expect(new Set(notices()).size).toBe(notices().length);

        // Once the tracker answers and the hourly listing was made, everything has its place.
        sim.away(false);
        for (let hour = 0; hour < 2; hour++) {
          sim.pass(2 * HOUR);
          await sim.settle();
        }
        const { state, world } = sim;
        expect(Object.keys(state.open).toSorted()).toEqual(sim.openRuns().toSorted());
        const waits = new Map(state.waiting.map((item) => [item.key, item]));
        expect(waits.size).toBe(state.waiting.length);
        const entered = world.tracker.cards.filter(({ role }) => role === 'entry').map(({ key }) => key);
        for (const key of entered) expect(Number(key in state.open) + Number(waits.has(key)), key).toBe(1);
        expect([...waits.keys()].filter((key) => !entered.includes(key))).toEqual([]);
        const undone = world.tracker.cards.filter(({ role }) => role !== 'done').map(({ key }) => key);
        for (const { why } of waits.values())
          if (why?.kind === 'blocked') expect(undone).toEqual(expect.arrayContaining([...why.by]));
        if (!state.freeze && roomOf(state) > 0) {
          for (const { key, why } of waits.values()) expect(['blocked', 'ended'], key).toContain(why?.kind);
        }
        expect(state.incidents.filter(({ seenBy }) => seenBy.includes('intake'))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
