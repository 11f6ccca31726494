import type { TaskState } from '../../../domain/state.ts';

/** Fields that say when, how often it was looked, or which turn it was; all else is what a task is. */
const PASSING: readonly string[] = [
  'at',
  'askedAt',
  'toldAt',
  'reminded',
  'reminderDue',
  'since',
  'stageSince',
  'startedAt',
  'until',
  'wakes',
  'drivenByNudge',
  'healedByTimer',
  'tries',
  'wait',
  'cardAt',
  'trouble',
  'lease',
];

/** The state without time and without how it was woken. */
export function essenceOf(state: TaskState): unknown {
  return JSON.parse(JSON.stringify(state, (key, value: unknown) => (PASSING.includes(key) ? undefined : value)));
}
