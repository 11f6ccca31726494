/** Messages of the intake as people type them by hand: what cannot be understood is undefined, and nothing is thrown. */

import { fieldsOf, readBy, readReason } from '../read-message.ts';
import type { Freeze, Recovered, TaskEnded, TroubleReport } from './state.ts';

const LONGEST = 500;
const CLASSES = ['transient', 'auth', 'config'] as const;
const OUTCOMES = ['done', 'aborted'] as const;

/** Of an update: `by` is a name. Of a signal, which nobody can refuse: `somebody` without one. */
export function readFreeze(given: unknown, at: number): Freeze {
  return { by: readBy(given), reason: readReason(given).reason ?? '', at };
}

/** What is wrong with a freeze or unfreeze that waits for an answer; undefined when nothing is. */
export function refusalOfBy(given: unknown): string | undefined {
  const { by, reason } = fieldsOf(given);
  const example = 'expected {"by": "you", "reason": "…"}.';
  if (typeof by !== 'string' || by.trim() === '') return `"by" says who asks; ${example}`;
  if (reason !== undefined && typeof reason !== 'string') return `"reason" is text; ${example}`;
  return undefined;
}

export function readTrouble(given: unknown): TroubleReport | undefined {
  const { key, integration, class: kind, type, message } = fieldsOf(given);
  const known = CLASSES.find((one) => one === kind);
  if (!isText(key) || !isText(integration) || !known || !isText(type)) return undefined;
  return { key, integration, class: known, type, message: isText(message) ? message.slice(0, LONGEST) : '' };
}

export function readRecovered(given: unknown): Recovered | undefined {
  const { key } = fieldsOf(given);
  return isText(key) ? { key } : undefined;
}

export function readEnded(given: unknown): TaskEnded | undefined {
  const { key, run, outcome, drivenByNudge, healedByTimer } = fieldsOf(given);
  const known = OUTCOMES.find((one) => one === outcome);
  if (!isText(key) || typeof run !== 'number' || !known) return undefined;
  return { key, run, outcome: known, drivenByNudge: countOf(drivenByNudge), healedByTimer: countOf(healedByTimer) };
}

function isText(given: unknown): given is string {
  return typeof given === 'string' && given !== '' && given.length <= LONGEST;
}

function countOf(given: unknown): number {
  return typeof given === 'number' && Number.isInteger(given) && given > 0 ? given : 0;
}
