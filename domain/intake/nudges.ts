import type { IntakeState, TaskNudge } from './state.ts';

/** One nudge per task; the one that has it look at its card is the stronger. */
export function withNudges(before: readonly TaskNudge[], more: readonly TaskNudge[]): TaskNudge[] {
  const byKey = new Map(before.map((nudge) => [nudge.key, nudge]));
  for (const nudge of more) if (byKey.get(nudge.key)?.source !== 'tracker') byKey.set(nudge.key, nudge);
  return [...byKey.values()];
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
