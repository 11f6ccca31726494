import type { Admission, IntakeState, WaitReason } from './state.ts';
import { onOpen } from './open-runs.ts';

/** What came of letting the item in. */
export function onAdmitted(state: IntakeState, key: string, admission: Admission): IntakeState {
  switch (admission.kind) {
    case 'started':
      return counted(withoutWaiting(onOpen(state, key, admission.run, 'entry'), key), admission.run);
    case 'open':
      return withoutWaiting(onOpen(state, key, admission.run, 'entry'), key);
    case 'blocked':
      return because(state, key, { kind: 'blocked', by: admission.by });
    case 'ended':
      return because(state, key, { kind: 'ended', run: admission.run });
    case 'left':
      return withoutWaiting(state, key);
  }
}

function withoutWaiting(state: IntakeState, key: string): IntakeState {
  return { ...state, waiting: state.waiting.filter((item) => item.key !== key) };
}

function because(state: IntakeState, key: string, why: WaitReason): IntakeState {
  return { ...state, waiting: state.waiting.map((item) => (item.key === key ? { ...item, why } : item)) };
}

function counted(state: IntakeState, run: number): IntakeState {
  const { stats } = state;
  return {
    ...state,
    stats: { ...stats, started: stats.started + 1, reopened: stats.reopened + (run > 1 ? 1 : 0) },
  };
}
