/** What the intake does next, from what it knows alone. */

import { sweepDueAt } from './ask.ts';
import { digestDue, nextDigestAt } from './digest.ts';
import { byTurn } from './order.ts';
import type { IntakeSettings, IntakeState, TaskNudge, Waiting } from './state.ts';

export type IntakeStep =
  | { kind: 'nudge'; nudges: readonly TaskNudge[] }
  | { kind: 'admit'; items: readonly Waiting[] }
  | { kind: 'digest'; day: string }
  | { kind: 'sweep' }
  /** Everything the last sweep found is carried out. */
  | { kind: 'rest' }
  | { kind: 'wait'; until: number };

/** So many are carried out at a time: one activity stays short, and one burst does not fill the history. */
const NUDGES_AT_A_TIME = 100;
const ADMISSIONS_AT_A_TIME = 10;

export function next(state: IntakeState, settings: IntakeSettings, at: number): IntakeStep {
  if (state.pass !== 'failed') {
    if (state.toNudge.length > 0) return { kind: 'nudge', nudges: state.toNudge.slice(0, NUDGES_AT_A_TIME) };
    const day = digestDue(state, at);
    if (day !== undefined) return { kind: 'digest', day };
  }
  if (state.pass === 'working') {
    const items = admissible(state).slice(0, ADMISSIONS_AT_A_TIME);
    return items.length > 0 ? { kind: 'admit', items } : { kind: 'rest' };
  }
  if (sweepDueAt(state, settings) <= at) return { kind: 'sweep' };
  return { kind: 'wait', until: wakeAt(state, settings, at) };
}

/** When there is something to do next; `at` or earlier when there already is. A message that makes it earlier ends a wait. */
export function wakeAt(state: IntakeState, settings: IntakeSettings, at: number): number {
  const sweepAt = sweepDueAt(state, settings);
  if (state.pass === 'failed') return sweepAt;
  if (state.toNudge.length > 0 || state.pass === 'working') return at;
  return Math.min(sweepAt, nextDigestAt(state, at) ?? sweepAt);
}

/**
 * The items whose turn it is. Asked only after a sweep, so that none of them is let in on old knowledge: whoever makes
 * room (a task that ended, an unfreeze) asks for a sweep.
 */
function admissible(state: IntakeState): Waiting[] {
  if (state.freeze) return [];
  const turns = state.waiting.filter(({ why }) => why === undefined).toSorted(byTurn);
  return turns.slice(0, roomOf(state));
}

/** How many more tasks the WIP limit lets in. */
export function roomOf({ open, policy }: IntakeState): number {
  if (policy?.wip === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(policy.wip - Object.keys(open).length, 0);
}
