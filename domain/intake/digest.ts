/** Once a day, everything that waits for a person in one message. */

import { shorten } from '../sentence.ts';
import { lasted } from './lasted.ts';
import type { IntakeState } from './state.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** More than a person reads in one message; the command lists them all. */
const MOST_LINES = 40;

/** A task that waits for a person. */
export type DigestLine = { key: string; status: 'asking' | 'held' | 'paused'; sentence: string; since: number };

/** The day in UTC, e.g. `2026-01-31`. */
export function digestDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The day whose digest is due; of several that went by only the last. */
export function digestDue(state: IntakeState, at: number): string | undefined {
  const slot = lastSlot(state, at);
  if (slot === undefined || state.lastDigest === undefined) return undefined;
  const day = digestDay(slot);
  return day > state.lastDigest ? day : undefined;
}

/** When to look for a digest next; undefined when none is ever sent. */
export function nextDigestAt(state: IntakeState, at: number): number | undefined {
  const slot = lastSlot(state, at);
  if (slot === undefined) return undefined;
  return digestDue(state, at) === undefined ? slot + DAY : slot;
}

/** An intake that has just started begins with the next digest. */
export function withDigestAhead(state: IntakeState, at: number): IntakeState {
  const slot = lastSlot(state, at);
  return slot === undefined || state.lastDigest !== undefined ? state : { ...state, lastDigest: digestDay(slot) };
}

/** The newest time at the digest's hour that is not in the future. */
function lastSlot({ policy }: IntakeState, at: number): number | undefined {
  if (policy?.digestHour === undefined) return undefined;
  const today = Date.parse(digestDay(at)) + policy.digestHour * HOUR;
  return today <= at ? today : today - DAY;
}

export function digestMarker(project: string, day: string): string {
  return `project/${project}/digest/${day}`;
}

/** undefined when nothing waits: then nothing is sent. */
export function digestText(project: string, waiting: readonly DigestLine[], at: number): string | undefined {
  if (waiting.length === 0) return undefined;
  const lines = waiting
    .slice(0, MOST_LINES)
    .map((task) => `- ${shorten(`${task.key} (${task.status}, ${lasted(at - task.since)}): ${task.sentence}`)}`);
  const more = waiting.length - lines.length;
  return [
    `${waiting.length === 1 ? '1 task' : `${waiting.length} tasks`} of ${project} ${waiting.length === 1 ? 'waits' : 'wait'} for a person:`,
    ...lines,
    ...(more > 0 ? [`- and ${more} more`] : []),
    'What answers each of them: conveyor list',
  ].join('\n');
}

export function onDigest(state: IntakeState, day: string): IntakeState {
  return { ...state, lastDigest: day };
}
