import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onFreeze, onUnfreeze, sayFreeze, sayUnfreeze } from '../../../domain/intake/freeze.ts';
import { readEnded, readFreeze, readRecovered, readTrouble, refusalOfBy } from '../../../domain/intake/read-message.ts';
import { isReopened } from '../../../domain/intake/reopen.ts';
import { intake, NOON } from './states.ts';

const freeze = { by: 'ada', reason: 'a fair', at: NOON };

describe('a freeze', () => {
  it('holds until somebody lifts it, and the first one counts', () => {
    const frozen = onFreeze(onFreeze(intake(), freeze), { by: 'ben', reason: '', at: NOON + 1 });
    expect(frozen.freeze).toEqual(freeze);
    expect(sayFreeze(frozen)).toBe(
      'DEMO is frozen by ada: a fair. Nothing lands and nothing is let in until it is unfrozen.',
    );
  });

  it('when lifted has every open task look again, and what waited let in', () => {
    const frozen = intake({
      freeze,
      open: { 'DEMO-1': 1, 'DEMO-2': 3 },
      toNudge: [{ key: 'DEMO-2', source: 'tracker' }],
    });
    expect(sayUnfreeze(frozen, 'ben')).toBe('DEMO was unfrozen by ben; 2 open tasks look again.');
    const lifted = onUnfreeze(frozen, NOON);
    expect(lifted.freeze).toBeUndefined();
    expect(lifted.asked).toEqual({ by: 'person', at: NOON });
    expect(lifted.toNudge).toEqual([
      { key: 'DEMO-2', source: 'tracker' },
      { key: 'DEMO-1', source: 'person' },
    ]);
  });

  it('that was none is lifted without an effect', () => {
    expect(onUnfreeze(intake(), NOON)).toEqual(intake());
    expect(sayUnfreeze(intake(), 'ada')).toBe('DEMO was not frozen.');
  });
});

describe('a message typed by hand', () => {
  it.each([
    [{}, '"by" says who asks'],
    [{ by: ' ' }, '"by" says who asks'],
    ['ada', '"by" says who asks'],
    [undefined, '"by" says who asks'],
    [{ by: 'ada', reason: 3 }, '"reason" is text'],
    [{ by: 'ada' }, undefined],
    [{ by: 'ada', reason: '' }, undefined],
  ])('%j as an update is refused with what is wrong', (given, says) => {
    const refused = refusalOfBy(given);
    if (says === undefined) expect(refused).toBeUndefined();
    else expect(refused).toMatch(new RegExp(`^${says}.*; expected \\{"by": "you", "reason": "…"\\}\\.$`));
  });

  it('that lacks a name or a reason freezes all the same when nobody can be answered', () => {
    expect(readFreeze(undefined, 5)).toEqual({ by: 'somebody', reason: '', at: 5 });
    expect(readFreeze({ by: ' ada ', reason: ' why ' }, 5)).toEqual({ by: 'ada', reason: 'why', at: 5 });
  });

  it('of any shape is read without an error', () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        for (const read of [readEnded, readRecovered, readTrouble]) read(given);
        readFreeze(given, 0);
        refusalOfBy(given);
      }),
    );
  });

  it('of the right shape is understood, and half of one is not', () => {
    const trouble = { key: 'DEMO-1', integration: 'Gitea', class: 'auth', type: 'Gitea.Unauthorized', message: 'no' };
    expect(readTrouble({ ...trouble, more: 1 })).toEqual(trouble);
    expect(readTrouble({ ...trouble, class: 'bad' })).toBeUndefined();
    expect(readRecovered({ key: 'DEMO-1' })).toEqual({ key: 'DEMO-1' });
    expect(readRecovered({ key: '' })).toBeUndefined();
    const ended = { key: 'DEMO-1', run: 2, outcome: 'done' };
    expect(readEnded({ ...ended, drivenByNudge: -1 })).toEqual({ ...ended, drivenByNudge: 0, healedByTimer: 0 });
    expect(readEnded({ ...ended, outcome: 'lost' })).toBeUndefined();
  });
});

describe('a card that stands in the entry state after its run closed at 100', () => {
  it.each([
    ['was moved there by a person afterwards', { moved: { at: 101, ours: false } }, {}, true],
    ['was moved there before', { moved: { at: 99, ours: false } }, {}, false],
    ['was moved there by us', { moved: { at: 101, ours: true } }, {}, false],
    ['has no history', {}, {}, false],
    [
      'was moved after our last word, by a clock that is late',
      { moved: { at: 51, ours: false }, wroteAt: 50 },
      {},
      true,
    ],
    ['was moved before our last word', { moved: { at: 49, ours: false }, wroteAt: 50 }, {}, false],
    [
      'answered a question of a run that was then stopped',
      { moved: { at: 51, ours: false }, wroteAt: 50 },
      { stopped: true },
      false,
    ],
    ['was moved after its run was stopped', { moved: { at: 101, ours: false }, wroteAt: 50 }, { stopped: true }, true],
  ] as const)('and %s', (_what, seen, how, reopened) => {
    expect(isReopened(seen, { at: 100, ...how })).toBe(reopened);
  });
});
