/** Somebody says "sweep now": a webhook, a person, or a task that ended. */

import type { Asked, IntakeSettings, IntakeState, WokenBy } from './state.ts';

const STRENGTH: Record<WokenBy, number> = { webhook: 3, person: 2, task: 1, timer: 0 };

/** The strongest of those who ask before the sweep is who woke it; the first of them decides when. */
export function onAsked(state: IntakeState, by: Asked['by'], at: number): IntakeState {
  const { asked } = state;
  const strongest = asked && STRENGTH[asked.by] > STRENGTH[by] ? asked.by : by;
  return { ...state, asked: { by: strongest, at: Math.min(asked?.at ?? at, at) } };
}

/** When the next sweep is due. The first nudge after a silence sweeps at once; of a storm, one sweep answers many. */
export function sweepDueAt({ asked, nextSweepAt, triedAt }: IntakeState, { debounceMs }: IntakeSettings): number {
  if (!asked) return nextSweepAt;
  const early = triedAt === undefined ? asked.at : Math.max(asked.at, triedAt + debounceMs);
  return Math.min(nextSweepAt, early);
}
