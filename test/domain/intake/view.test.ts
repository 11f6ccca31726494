import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lasted } from '../../../domain/intake/lasted.ts';
import type { IntakeState, WaitReason } from '../../../domain/intake/state.ts';
import { detailsOf, viewOf } from '../../../domain/intake/view.ts';
import { HOUR, intake, NOON, waiting } from './states.ts';

const policy = { sweepMs: 1, fullSweepMs: HOUR, wip: 2 };

describe('the queue as people see it', () => {
  it.each<[string, Partial<IntakeState>, WaitReason | undefined, string]>([
    ['its turn is now', {}, undefined, 'let in with the next sweep'],
    [
      'every place is taken',
      { policy, open: { 'DEMO-8': 1, 'DEMO-9': 1 } },
      undefined,
      'waits for one of 2 places; it is next',
    ],
    [
      'the project is frozen',
      { freeze: { by: 'ada', reason: 'a fair', at: NOON } },
      undefined,
      'waits: the project is frozen by ada: a fair',
    ],
    ['one blocks it', {}, { kind: 'blocked', by: ['DEMO-2'] }, 'waits until DEMO-2 is done'],
    ['two block it', {}, { kind: 'blocked', by: ['DEMO-2', 'DEMO-3'] }, 'waits until DEMO-2, DEMO-3 are done'],
    [
      'its run has ended',
      { freeze: { by: 'ada', reason: '', at: NOON } },
      { kind: 'ended', run: 1 },
      'run 1 has ended: to start run 2, move the card out of this state and into it again',
    ],
  ])('says that %s', (_what, changes, why, sentence) => {
    const [item] = viewOf(intake({ waiting: [waiting('DEMO-1', why ? { why } : {})], ...changes })).waiting;
    expect(item).toMatchObject({ key: 'DEMO-1', place: 1, sentence });
  });

  it('counts places in the order of turns, with those whose run has ended last', () => {
    const state = intake({
      waiting: [
        waiting('DEMO-1', { priority: 'urgent', why: { kind: 'ended', run: 1 } }),
        waiting('DEMO-2'),
        waiting('DEMO-3', { priority: 'high' }),
      ],
    });
    expect(viewOf(state).waiting.map(({ key, place }) => `${place} ${key}`)).toEqual([
      '1 DEMO-3',
      '2 DEMO-2',
      '3 DEMO-1',
    ]);
    expect(detailsOf(state, NOON)).toContain('1. DEMO-3 (high): let in with the next sweep\n2. DEMO-2');
  });

  it('says everything in one line of at most 140 characters, whatever people wrote', () => {
    const text = fc.string({ maxLength: 300 });
    const why = fc.oneof(
      fc.record({ kind: fc.constant('blocked' as const), by: fc.array(text, { minLength: 1 }) }),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(why, text, text, (reason, by, words) => {
        const freeze = reason ? {} : { freeze: { by, reason: words, at: NOON } };
        const state = intake({ waiting: [waiting('DEMO-1', reason ? { why: reason } : {})], ...freeze });
        const [{ sentence } = { sentence: '' }] = viewOf(state).waiting;
        expect(sentence.length).toBeLessThanOrEqual(140);
        expect(sentence).toMatch(/^[^\n]+$/);
      }),
    );
  });
});

it('shows what operators could not be told, so that a notifier that is away is seen', () => {
  const owed = [{ marker: 'project/DEMO/incident/1/opened', text: 'Tracker is unwell.' }];
  expect(viewOf(intake({ owed })).untold).toEqual(['Tracker is unwell.']);
  expect(viewOf(intake({}))).not.toHaveProperty('untold');
});

describe('how long something lasted', () => {
  it.each([
    [0, '1 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [HOUR, '1 h'],
    [3 * HOUR + 61_000, '3 h 1 min'],
    [24 * HOUR, '1 d'],
    [50 * HOUR, '2 d 2 h'],
  ])('%i ms is %s', (ms, text) => {
    expect(lasted(ms)).toBe(text);
  });
});
