import { describe, expect, it } from 'vitest';
import { heal, onSent, openIncident, owe } from '../../../domain/intake/incident.ts';
import type { IntakeState, TroubleReport } from '../../../domain/intake/state.ts';
import { intake, MINUTE, NOON, swept } from './states.ts';

const report: TroubleReport = {
  key: 'DEMO-1',
  integration: 'Gitea',
  class: 'transient',
  type: 'Gitea.Unavailable',
  message: 'the forge answers 502',
};
const opened = openIncident(intake(), report, NOON);
const markers = ({ owed }: IntakeState): string[] => owed.map(({ marker }) => marker.replace('project/DEMO/', ''));

describe('an incident', () => {
  it('is told once when it opens, however many see it', () => {
    let state = opened;
    for (let n = 1; n <= 20; n++)
      state = openIncident(state, { ...report, key: `DEMO-${n}`, type: 'Gitea.Slow' }, NOON + n);
    expect(state.incidents).toMatchObject([{ number: 1, type: 'Gitea.Unavailable', since: NOON }]);
    expect(state.incidents[0]?.seenBy).toHaveLength(20);
    expect(state.owed).toEqual([
      {
        marker: 'project/DEMO/incident/1/opened',
        text:
          'Incident 1 in DEMO: Gitea is unwell (Gitea.Unavailable): the forge answers 502\n' +
          'Seen first by DEMO-1. Whatever needs it waits and looks again by itself; no task is charged for it.',
      },
    ]);
  });

  it('is told once when the last who saw it is well, with how long it lasted', () => {
    const both = openIncident(opened, { ...report, key: 'DEMO-2' }, NOON);
    const one = heal(both, 'DEMO-1', NOON + MINUTE);
    expect(markers(one)).toEqual(['incident/1/opened']);
    const none = heal(heal(one, 'DEMO-1', NOON), 'DEMO-2', NOON + 90 * MINUTE);
    expect(none.incidents).toEqual([]);
    expect(none.owed.at(-1)).toEqual({
      marker: 'project/DEMO/incident/1/healed',
      text: 'Incident 1 in DEMO is over: Gitea is well again after 1 h 30 min.',
    });
    expect(heal(none, 'DEMO-2', NOON)).toEqual(none);
  });

  it.each<[string, Partial<TroubleReport>]>([
    ['another integration', { integration: 'Plane' }],
    ['another class', { class: 'auth' }],
  ])('of %s is another one', (_what, other) => {
    const two = openIncident(opened, { ...report, ...other }, NOON);
    expect(two.incidents.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('that comes back has a new number, so that it is told again', () => {
    const again = openIncident(heal(opened, 'DEMO-1', NOON), report, NOON);
    expect(markers(again)).toEqual(['incident/1/opened', 'incident/1/healed', 'incident/2/opened']);
  });

  it('heals when the task that saw it has ended', () => {
    const state = openIncident(intake({ open: { 'DEMO-1': 1 } }), report, NOON);
    expect(swept(state, { ended: ['DEMO-1'] })).toMatchObject({ incidents: [], open: {} });
  });
});

describe('what operators are owed', () => {
  it('is kept until it was sent', () => {
    expect(onSent(opened, 'another').owed).toHaveLength(1);
    expect(onSent(opened, 'project/DEMO/incident/1/opened').owed).toEqual([]);
  });

  it('does not grow without end while the notifier is away', () => {
    let state = intake();
    for (let n = 1; n <= 200; n++) state = owe(state, { marker: `${n}`, text: '' });
    expect(markers(state)).toHaveLength(50);
    expect(markers(state).at(-1)).toBe('200');
  });
});
