/** Whether the tracker's webhooks arrive, told by who finds the changes: the sweep they ask for, or only the timer's. */

import { heal, openIncident, WEBHOOKS } from './incident.ts';
import type { IntakeState, WokenBy } from './state.ts';

/** Cards that are moved together may all be found while their webhooks are on the way: sweeps are counted, not cards. */
const MISSED_IN_A_ROW = 3;

/** A webhook arrived: they work. */
export function onWebhook(state: IntakeState, at: number): IntakeState {
  return heal({ ...state, webhooks: { lastAt: at, missedInARow: 0 } }, WEBHOOKS, at);
}

/** A sweep noticed so many cards that somebody moved. */
export function onFound(state: IntakeState, wokenBy: WokenBy, noticed: number, at: number): IntakeState {
  if (noticed === 0) return state;
  const { stats, webhooks } = state;
  if (wokenBy === 'webhook') {
    return { ...state, stats: { ...stats, drivenByWebhook: stats.drivenByWebhook + noticed } };
  }
  if (wokenBy !== 'timer') return state;
  const missedInARow = webhooks.missedInARow + 1;
  const counted: IntakeState = {
    ...state,
    stats: { ...stats, healedByTimer: stats.healedByTimer + noticed },
    webhooks: { ...webhooks, missedInARow },
  };
  return missedInARow < MISSED_IN_A_ROW ? counted : openIncident(counted, missed(missedInARow), at);
}

function missed(sweeps: number) {
  return {
    key: WEBHOOKS,
    integration: 'webhooks',
    class: 'transient',
    type: 'Webhooks.Missing',
    message: `${sweeps} sweeps in a row found changes that no webhook told of. Look at the tracker's webhook settings: they may be disabled, or cannot reach Conveyor.`,
  } as const;
}
