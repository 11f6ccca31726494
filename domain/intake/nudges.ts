import type { IntakeState, TaskNudge } from './state.ts';

/** One nudge per task; the one that has it look at its card is the stronger. */
export function withNudges(before: readonly TaskNudge[], more: readonly TaskNudge[]): TaskNudge[] {
  const byKey = new Map(before.map((nudge) => [nudge.key, nudge]));
  for (const nudge of more) if (byKey.get(nudge.key)?.source !== 'tracker') byKey.set(nudge.key, nudge);
  return [...byKey.values()];
}

/** These were told. What was added for the same tasks meanwhile stays. */
export function onNudged(state: IntakeState, told: readonly TaskNudge[]): IntakeState {
  return { ...state, toNudge: state.toNudge.filter((nudge) => !told.includes(nudge)) };
}
