import { describe, expect, it } from 'vitest';
import { onAsked } from '../../../domain/intake/ask.ts';
import { next, wakeAt } from '../../../domain/intake/plan.ts';
import { newIntake } from '../../../domain/intake/state.ts';
import type { IntakeState } from '../../../domain/intake/state.ts';
import { HOUR, intake, MINUTE, NOON, settings, waiting } from './states.ts';

const policy = { sweepMs: 5 * MINUTE, fullSweepMs: HOUR };
const two = [waiting('DEMO-2', { since: NOON + 1 }), waiting('DEMO-1')];

describe('what the intake does next', () => {
  it('is a sweep at its start, whatever the clock says', () => {
    expect(next(newIntake('DEMO'), settings, 0)).toEqual({ kind: 'sweep' });
  });

  it('is a wait for the timer, and a sweep once it is due', () => {
    expect(next(intake(), settings, NOON)).toEqual({ kind: 'wait', until: NOON + 5 * MINUTE });
    expect(next(intake(), settings, NOON + 5 * MINUTE)).toEqual({ kind: 'sweep' });
  });

  it.each<[string, Partial<IntakeState>, readonly string[]]>([
    ['everybody without a limit', {}, ['DEMO-1', 'DEMO-2']],
    ['as many as the limit leaves', { policy: { ...policy, wip: 2 }, open: { 'DEMO-9': 1 } }, ['DEMO-1']],
    ['nobody at the limit', { policy: { ...policy, wip: 1 }, open: { 'DEMO-9': 1 } }, []],
    [
      'nobody beyond a limit that was lowered',
      { policy: { ...policy, wip: 1 }, open: { 'DEMO-8': 1, 'DEMO-9': 1 } },
      [],
    ],
    ['nobody into a frozen project', { freeze: { by: 'ada', reason: '', at: NOON } }, []],
    ['nobody before the next sweep', { pass: 'rested' }, []],
    ['nobody after trouble', { pass: 'failed' }, []],
  ])('lets in %s', (_who, changes, keys) => {
    const step = next(intake({ pass: 'working', waiting: two, ...changes }), settings, NOON);
    expect(step.kind === 'admit' ? step.items.map(({ key }) => key) : []).toEqual(keys);
  });

  it('passes over the blocked and the ended, which take no place', () => {
    const state = intake({
      pass: 'working',
      policy: { ...policy, wip: 1 },
      waiting: [
        waiting('DEMO-1', { why: { kind: 'blocked', by: ['DEMO-2'] } }),
        waiting('DEMO-2', { why: { kind: 'ended', run: 1 } }),
        waiting('DEMO-3'),
      ],
    });
    expect(next(state, settings, NOON)).toMatchObject({ kind: 'admit', items: [{ key: 'DEMO-3' }] });
  });

  it('tells tasks before it lets others in, a hundred at a time', () => {
    const toNudge = Array.from({ length: 150 }, (_, n) => ({ key: `DEMO-${n}`, source: 'person' as const }));
    const step = next(intake({ pass: 'working', waiting: two, toNudge }), settings, NOON);
    expect(step).toEqual({ kind: 'nudge', nudges: toNudge.slice(0, 100) });
  });

  it('is a rest when everything is carried out', () => {
    expect(next(intake({ pass: 'working' }), settings, NOON)).toEqual({ kind: 'rest' });
  });
});

describe('a sweep that somebody asks for', () => {
  const later = NOON + MINUTE;

  it('comes at once after a silence, and a debounce after the sweep before', () => {
    expect(next(onAsked(intake(), 'webhook', later), settings, later)).toEqual({ kind: 'sweep' });
    const early = onAsked(intake(), 'webhook', NOON + 10);
    expect(next(early, settings, NOON + 10)).toEqual({ kind: 'wait', until: NOON + settings.debounceMs });
  });

  it('does not put off the one by the timer', () => {
    const soon = intake({ nextSweepAt: NOON + 100 });
    expect(wakeAt(onAsked(soon, 'webhook', NOON + 10), settings, NOON + 10)).toBe(NOON + 100);
  });

  it('is one for a whole storm, as early as for the first of it, in the name of the strongest', () => {
    let state = intake();
    for (let n = 0; n < 50; n++) state = onAsked(state, n === 25 ? 'webhook' : 'task', NOON + n);
    expect(state.asked).toEqual({ by: 'webhook', at: NOON });
  });
});
