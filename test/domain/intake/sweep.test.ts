import { describe, expect, it } from 'vitest';
import { onAdmitted } from '../../../domain/intake/admission.ts';
import { onAsked } from '../../../domain/intake/ask.ts';
import { onEnded } from '../../../domain/intake/ended.ts';
import { onFailed, onRested } from '../../../domain/intake/rest.ts';
import type { IntakeState, WaitReason } from '../../../domain/intake/state.ts';
import { newIntake } from '../../../domain/intake/state.ts';
import { askSweep, onSweepBegun, onSwept } from '../../../domain/intake/sweep.ts';
import { card, found, HOUR, intake, MINUTE, NOON, settings, swept, waiting } from './states.ts';

const ended = { key: 'DEMO-1', run: 1, outcome: 'done', drivenByNudge: 3, healedByTimer: 1 } as const;
const thousand = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`DEMO-${n}`, 1]));

describe('what a sweep is asked for', () => {
  it('is small with a thousand open tasks while nobody waits for a place', () => {
    const input = askSweep(intake({ open: thousand }), NOON + 5 * MINUTE);
    expect(input).toEqual({
      project: 'DEMO',
      wokenBy: 'timer',
      watermark: '1',
      overlap: {},
      check: [],
      recheck: [],
    });
  });

  it('names everything known once an hour, and at the first sweep nothing, for that lists all', () => {
    const state = intake({ open: { 'DEMO-1': 1 }, waiting: [waiting('DEMO-2')] });
    expect(askSweep(state, NOON + HOUR - 1).full).toBeUndefined();
    expect(askSweep(state, NOON + HOUR)).toMatchObject({ full: { known: ['DEMO-1', 'DEMO-2'] }, check: ['DEMO-1'] });
    expect(askSweep(newIntake('DEMO'), NOON)).toEqual({
      project: 'DEMO',
      wokenBy: 'timer',
      overlap: {},
      check: [],
      recheck: [],
    });
  });

  it('has open runs checked while somebody waits for their place', () => {
    const policy = { sweepMs: 1, fullSweepMs: HOUR, wip: 1 };
    const full = intake({ policy, open: { 'DEMO-1': 1 }, waiting: [waiting('DEMO-2')] });
    expect(askSweep(full, NOON).check).toEqual(['DEMO-1']);
    expect(askSweep({ ...full, waiting: [] }, NOON).check).toEqual([]);
  });
});

describe('what a sweep found', () => {
  it('puts items in the entry state into the queue, and takes out those that left it', () => {
    const state = intake({ waiting: [waiting('DEMO-1'), waiting('DEMO-2'), waiting('DEMO-3')] });
    const after = swept(state, {
      changed: [card('DEMO-4', { priority: 'high' }), card('DEMO-2', { role: 'blocked' })],
      gone: ['DEMO-3'],
    });
    expect(after.waiting).toEqual([
      waiting('DEMO-1'),
      waiting('DEMO-4', { priority: 'high', since: NOON + 5 * MINUTE }),
    ]);
    expect(after).toMatchObject({ pass: 'working', watermark: '2', nextSweepAt: NOON + 10 * MINUTE });
  });

  it('keeps the turn of an item that was changed while it waited', () => {
    const after = swept(intake({ waiting: [waiting('DEMO-1')] }), {
      changed: [card('DEMO-1', { priority: 'urgent' })],
    });
    expect(after.waiting).toEqual([waiting('DEMO-1', { priority: 'urgent', since: NOON })]);
  });

  it('tells the tasks whose card somebody else changed or deleted, and none whose card we wrote', () => {
    const open = { 'DEMO-1': 1, 'DEMO-2': 1, 'DEMO-3': 2 };
    const after = swept(intake({ open }), {
      changed: [
        card('DEMO-1', { role: 'blocked' }),
        card('DEMO-2', { role: 'asking', changedBy: 'us' }),
        card('DEMO-9'),
      ],
      gone: ['DEMO-3'],
    });
    expect(after.toNudge).toEqual([
      { key: 'DEMO-1', source: 'sweep' },
      { key: 'DEMO-3', source: 'sweep' },
    ]);
  });

  it('tells a task whether a webhook brought the change or only the timer found it', () => {
    const answer = { changed: [card('DEMO-1', { role: 'blocked' })] };
    const after = (state: IntakeState) => swept(state, answer).toNudge[0]?.source;
    const open = intake({ open: { 'DEMO-1': 1 } });
    const asked = (by: 'webhook' | 'person') => onAsked(open, by, NOON);
    expect([after(asked('webhook')), after(asked('person')), after(open)]).toEqual(['tracker', 'tracker', 'sweep']);
  });

  it.each<[string, Parameters<typeof swept>[1]]>([
    ['its card', { changed: [card('DEMO-1', { blockedBy: ['DEMO-2'] })] }],
    ['its blocker', { changed: [card('DEMO-2', { role: 'done' })] }],
    ['that its blocker is gone', { gone: ['DEMO-2'] }],
    ['the hourly listing', { listing: 'full' }],
  ])('has a blocked item tried again after %s', (_what, answer) => {
    const why: WaitReason = { kind: 'blocked', by: ['DEMO-2'] };
    const state = intake({ waiting: [waiting('DEMO-1', { blockedBy: ['DEMO-2'], why })] });
    expect(swept(state, answer).waiting[0]?.why).toBeUndefined();
    expect(swept(state, { changed: [card('DEMO-3')] }).waiting[0]?.why).toEqual(why);
  });

  it('leaves an item whose run ended alone until its card changes', () => {
    const left = onAdmitted(intake({ waiting: [waiting('DEMO-1')] }), 'DEMO-1', { kind: 'ended', run: 1 });
    expect(swept(left, { listing: 'full' }).waiting).toEqual([waiting('DEMO-1', { why: { kind: 'ended', run: 1 } })]);
    expect(swept(left, { changed: [card('DEMO-1')] }).waiting).toEqual([waiting('DEMO-1')]);
  });

  it('is nothing when the kill switch kept it from reading, and the limits of today hold all the same', () => {
    const state = intake({ overlap: { 'DEMO-1': '7' }, recheck: ['DEMO-1'] });
    const policy = { sweepMs: 1_000, fullSweepMs: HOUR, wip: 3 };
    const after = swept(state, { listing: 'none', overlap: {}, policy });
    expect(after).toMatchObject({ overlap: { 'DEMO-1': '7' }, recheck: ['DEMO-1'], watermark: '1', policy });
  });
});

describe('an ended run', () => {
  const state = intake({ open: { 'DEMO-1': 1 }, roles: { 'DEMO-1': 'asking' } });

  it('makes room, is counted, and has its card looked at with the next sweep', () => {
    const after = onEnded(state, ended, NOON + 1);
    expect(after).toMatchObject({ open: {}, roles: {}, recheck: ['DEMO-1'], asked: { by: 'task', at: NOON + 1 } });
    expect(after.stats).toMatchObject({ done: 1, aborted: 0, drivenByWebhook: 3, healedByTimer: 1 });
    expect(swept(after, {}).recheck).toEqual([]);
  });

  it.each([
    ['again', { ...ended }, {}],
    ['of another number', { ...ended, run: 2 }, { 'DEMO-1': 1 }],
  ])('that is told %s changes nothing', (_what, told, open) => {
    expect(onEnded(intake({ open }), told, NOON)).toEqual(intake({ open }));
  });

  it('that ends during a sweep keeps its look for the next', () => {
    const input = askSweep(state, NOON);
    const during = onEnded(onSweepBegun(state, NOON), ended, NOON);
    expect(onSwept(during, input, found(), NOON)).toMatchObject({ recheck: ['DEMO-1'], asked: { by: 'task' } });
  });
});

describe('trouble of the sweep itself', () => {
  const trouble = { integration: 'Tracker', class: 'transient', type: 'Tracker.Away', message: 'no answer' } as const;

  it('puts the next sweep off, not as far as the timer would, and keeps who asked for it', () => {
    const begun = onSweepBegun(onAsked(intake(), 'webhook', NOON), NOON);
    const after = onFailed(begun, { wokenBy: 'webhook', trouble }, settings, NOON);
    expect(after).toMatchObject({ pass: 'failed', nextSweepAt: NOON + 2 * MINUTE });
    expect(askSweep(after, after.nextSweepAt).wokenBy).toBe('webhook');
    expect(after.incidents).toMatchObject([{ number: 1, seenBy: ['intake'] }]);
  });

  it('is over once everything was carried out again', () => {
    const failed = onFailed(intake(), { wokenBy: 'timer', trouble }, settings, NOON);
    const healed = onRested(swept(failed, {}), NOON + 5 * MINUTE);
    expect(healed).toMatchObject({ pass: 'rested', incidents: [] });
    expect(healed.owed.map(({ marker }) => marker)).toEqual([
      'project/DEMO/incident/1/opened',
      'project/DEMO/incident/1/healed',
    ]);
  });
});
