import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { Trouble, TroubleClass } from '../domain/state.ts';

/** What an activity's failure says about the world: always trouble, never a judged "no". */
export function toTrouble(error: unknown): Trouble {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const detail = cause.details?.[0] as { class?: TroubleClass; integration?: string } | undefined;
    return {
      type: cause.type ?? 'Conveyor.Unexpected',
      class: detail?.class ?? 'transient',
      message: cause.message,
      integration: detail?.integration ?? 'Conveyor',
    };
  }
  if (cause instanceof TimeoutFailure) {
    return { type: 'Conveyor.TimedOut', class: 'transient', message: cause.message, integration: 'Conveyor' };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return { type: 'Conveyor.Unexpected', class: 'transient', message, integration: 'Conveyor' };
}
