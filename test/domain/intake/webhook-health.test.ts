import { describe, expect, it } from 'vitest';
import { onAsked } from '../../../domain/intake/ask.ts';
import type { IntakeState, WokenBy } from '../../../domain/intake/state.ts';
import { onWebhook } from '../../../domain/intake/webhook-health.ts';
import { card, intake, NOON, swept, waiting } from './states.ts';

/** A sweep that finds so many cards that entered. */
function finds(state: IntakeState, wokenBy: WokenBy, count: number, from = 0): IntakeState {
  const asked = wokenBy === 'timer' ? state : onAsked(state, wokenBy, NOON);
  return swept(asked, { changed: Array.from({ length: count }, (_, n) => card(`DEMO-${from + n}`)) });
}

describe('the health of webhooks', () => {
  it('is an incident after three sweeps in a row that found what no webhook told of, told once', () => {
    const two = finds(finds(intake(), 'timer', 20), 'timer', 1, 20);
    expect(two).toMatchObject({ incidents: [], webhooks: { missedInARow: 2 } });
    const four = finds(finds(two, 'timer', 1, 21), 'timer', 2, 22);
    expect(four).toMatchObject({ webhooks: { missedInARow: 4 }, stats: { healedByTimer: 24, drivenByWebhook: 0 } });
    expect(four.incidents).toMatchObject([{ integration: 'webhooks', class: 'transient', seenBy: ['webhooks'] }]);
    expect(four.owed).toHaveLength(1);
    expect(four.owed[0]?.text).toContain("Look at the tracker's webhook settings: they may be disabled");
  });

  it('begins anew with every webhook, which heals the incident', () => {
    const one = onWebhook(finds(finds(intake(), 'timer', 1), 'timer', 1, 1), NOON + 1);
    expect(one.webhooks).toEqual({ lastAt: NOON + 1, missedInARow: 0 });
    const ill = [2, 3, 4].reduce((state, n) => finds(state, 'timer', 1, n), one);
    expect(ill.incidents).toHaveLength(1);
    const healed = onWebhook(ill, NOON + 60_000);
    expect(healed.incidents).toEqual([]);
    expect(healed.owed.at(-1)).toMatchObject({ marker: 'project/DEMO/incident/1/healed' });
  });

  it('counts what a webhook brought as driven by it, and nothing of what a person or a task asked for', () => {
    let state = finds(intake(), 'webhook', 2);
    state = finds(finds(state, 'person', 2, 2), 'task', 2, 4);
    expect(state).toMatchObject({ webhooks: { missedInARow: 0 }, stats: { drivenByWebhook: 2, healedByTimer: 0 } });
  });

  it.each([
    ['we moved', card('DEMO-1', { role: 'asking', changedBy: 'us' })],
    ['stands where it was seen', card('DEMO-1', { role: 'blocked' })],
    ['waits already', card('DEMO-2')],
    ['never concerned us', card('DEMO-3', { role: 'other' })],
  ])('does not count a card that %s', (_what, changed) => {
    const state = intake({ open: { 'DEMO-1': 1 }, roles: { 'DEMO-1': 'blocked' }, waiting: [waiting('DEMO-2')] });
    expect(swept(state, { changed: [changed] }).webhooks.missedInARow).toBe(0);
  });

  it.each([
    ['moved under an open run', card('DEMO-1', { role: 'blocked' })],
    ['left the entry state', card('DEMO-2', { role: 'other' })],
    ['entered', card('DEMO-3')],
  ])('counts a card that somebody %s', (_what, changed) => {
    const state = intake({ open: { 'DEMO-1': 1 }, roles: { 'DEMO-1': 'entry' }, waiting: [waiting('DEMO-2')] });
    expect(swept(state, { changed: [changed] }).webhooks.missedInARow).toBe(1);
  });

  it('says nothing about what the first listing finds: nobody waited for its webhooks', () => {
    const { watermark: _none, ...fresh } = intake();
    expect(finds(fresh, 'timer', 5).webhooks.missedInARow).toBe(0);
  });
});
