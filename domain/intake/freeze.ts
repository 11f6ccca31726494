/** A frozen project lands nothing and lets nothing in; work before the lane goes on. */

import { onAsked } from './ask.ts';
import type { Freeze, IntakeState } from './state.ts';
import { withNudges } from './nudges.ts';

/** The first freeze counts: a second one changes nothing. */
export function onFreeze(state: IntakeState, freeze: Freeze): IntakeState {
  return state.freeze ? state : { ...state, freeze };
}

/** Every open task looks again, and a sweep lets in what has waited. */
export function onUnfreeze(state: IntakeState, at: number): IntakeState {
  if (!state.freeze) return state;
  const { freeze: _lifted, ...unfrozen } = state;
  const nudges = Object.keys(state.open).map((key) => ({ key, source: 'person' as const }));
  return onAsked({ ...unfrozen, toNudge: withNudges(state.toNudge, nudges) }, 'person', at);
}

/** The answer to a freeze, in one sentence. */
export function sayFreeze({ project, freeze }: IntakeState): string {
  return freeze
    ? `${project} is frozen ${byWhom(freeze)}. Nothing lands and nothing is let in until it is unfrozen.`
    : `${project} is not frozen.`;
}

/** The answer to an unfreeze, from the state before it. */
export function sayUnfreeze({ project, freeze, open }: IntakeState, by: string): string {
  if (!freeze) return `${project} was not frozen.`;
  const count = Object.keys(open).length;
  return `${project} was unfrozen by ${by}; ${count === 1 ? '1 open task looks' : `${count} open tasks look`} again.`;
}

export function byWhom({ by, reason }: Pick<Freeze, 'by' | 'reason'>): string {
  return reason === '' ? `by ${by}` : `by ${by}: ${reason}`;
}
