import { onAsked } from './ask.ts';
import type { IntakeState, TaskEnded } from './state.ts';
import { forget } from './open-runs.ts';

/** A run says that it ended; only the run known as open counts, and it counts once. It makes room: a sweep follows. */
export function onEnded(state: IntakeState, ended: TaskEnded, at: number): IntakeState {
  if (state.open[ended.key] !== ended.run) return state;
  const { stats } = state;
  const counted: IntakeState = {
    ...state,
    recheck: [...new Set([...state.recheck, ended.key])],
    stats: {
      ...stats,
      [ended.outcome]: stats[ended.outcome] + 1,
      drivenByWebhook: stats.drivenByWebhook + ended.drivenByNudge,
      healedByTimer: stats.healedByTimer + ended.healedByTimer,
    },
  };
  return onAsked(forget(counted, ended.key, at), 'task', at);
}
