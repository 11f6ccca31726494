/** How carrying out a sweep ends. */

import { onAsked } from './ask.ts';
import { heal, INTAKE, openIncident } from './incident.ts';
import type { IntakeSettings, IntakeState, TroubleReport, WokenBy } from './state.ts';

/** The sweep, or what followed from it, met trouble. Whoever woke it is owed the next one. */
export function onFailed(
  state: IntakeState,
  failed: { wokenBy: WokenBy; trouble: Omit<TroubleReport, 'key'> },
  settings: IntakeSettings,
  at: number,
): IntakeState {
  const nextSweepAt = at + Math.min(settings.troubleMs, state.policy?.sweepMs ?? settings.sweepMs);
  const told = openIncident({ ...state, pass: 'failed', nextSweepAt }, { ...failed.trouble, key: INTAKE }, at);
  return failed.wokenBy === 'timer' ? told : onAsked(told, failed.wokenBy, nextSweepAt);
}

/** All is carried out, so the intake itself sees no trouble. */
export function onRested(state: IntakeState, at: number): IntakeState {
  return heal({ ...state, pass: 'rested' }, INTAKE, at);
}
