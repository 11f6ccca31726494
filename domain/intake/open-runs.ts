import { heal } from './incident.ts';
import type { ChangedCard, IntakeState } from './state.ts';

/** The key has this open run; its card was seen in this role. */
export function onOpen(state: IntakeState, key: string, run: number, role: ChangedCard['role']): IntakeState {
  return { ...state, open: { ...state.open, [key]: run }, roles: { ...state.roles, [key]: role } };
}

/** The key has no open run any more. */
export function forget(state: IntakeState, key: string, at: number): IntakeState {
  const { [key]: _run, ...open } = state.open;
  const { [key]: _role, ...roles } = state.roles;
  return heal({ ...state, open, roles, toNudge: state.toNudge.filter((nudge) => nudge.key !== key) }, key, at);
}
