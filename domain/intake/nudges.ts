import type { IntakeState, TaskNudge } from './state.ts';

/** The first two have the task look at its card. */
const STRONGEST_FIRST: readonly TaskNudge['source'][] = ['tracker', 'sweep', 'person'];

/** One nudge per task, the stronger one. */
export function withNudges(before: readonly TaskNudge[], more: readonly TaskNudge[]): TaskNudge[] {
  const byKey = new Map(before.map((nudge) => [nudge.key, nudge]));
  for (const nudge of more) {
    const known = byKey.get(nudge.key);
    if (!known || rank(nudge) < rank(known)) byKey.set(nudge.key, nudge);
  }
  return [...byKey.values()];
}

function rank({ source }: TaskNudge): number {
  return STRONGEST_FIRST.indexOf(source);
}

/** These are being told. Whatever happens from now on is another nudge. */
export function onNudging(state: IntakeState, told: readonly TaskNudge[]): IntakeState {
  return { ...state, toNudge: state.toNudge.filter((nudge) => !told.includes(nudge)) };
}

/** These could not be told. */
export function onNotNudged(state: IntakeState, nudges: readonly TaskNudge[]): IntakeState {
  const known = nudges.filter(({ key }) => key in state.open);
  return { ...state, toNudge: withNudges(state.toNudge, known) };
}
