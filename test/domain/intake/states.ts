/** Intakes as tests start from them. */

import type { ChangedCard, IntakeSettings, IntakeState, SweepFound, Waiting } from '../../../domain/intake/state.ts';
import { newIntake } from '../../../domain/intake/state.ts';
import { askSweep, onSweepBegun, onSwept } from '../../../domain/intake/sweep.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 2026-01-31, noon. */
export const NOON = Date.UTC(2026, 0, 31, 12);

export const settings: IntakeSettings = { sweepMs: 5 * MINUTE, troubleMs: 2 * MINUTE, debounceMs: 2_000 };

/** An intake that has swept once, found nothing, and rests. */
export function intake(changes: Partial<IntakeState> = {}): IntakeState {
  return {
    ...newIntake('DEMO'),
    policy: { sweepMs: 5 * MINUTE, fullSweepMs: HOUR },
    watermark: '1',
    triedAt: NOON,
    lastSweepAt: NOON,
    lastFullAt: NOON,
    nextSweepAt: NOON + 5 * MINUTE,
    ...changes,
  };
}

export function waiting(key: string, changes: Partial<Waiting> = {}): Waiting {
  return { key, title: key, priority: 'none', blockedBy: [], since: NOON, ...changes };
}

export function card(key: string, changes: Partial<ChangedCard> = {}): ChangedCard {
  return { key, title: key, role: 'entry', priority: 'none', blockedBy: [], changedBy: 'somebody', ...changes };
}

export function found(changes: Partial<SweepFound> = {}): SweepFound {
  return {
    policy: { sweepMs: 5 * MINUTE, fullSweepMs: HOUR },
    listing: 'changes',
    watermark: '2',
    overlap: {},
    changed: [],
    gone: [],
    ended: [],
    open: [],
    ...changes,
  };
}

/** One whole sweep with this answer. */
export function swept(state: IntakeState, answer: Partial<SweepFound>, at = NOON + 5 * MINUTE): IntakeState {
  const input = askSweep(state, at);
  return onSwept(onSweepBegun(state, at), input, found(answer), at);
}
