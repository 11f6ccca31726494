/** What is kept of a question once it is open no more, and what the people who were told of it are owed. */

import { sayVerdict } from './describe.ts';
import type { Event } from './event.ts';
import type { ClosedQuestion } from './question.ts';
import type { TaskState } from './state.ts';

/** Enough to explain the last answers; what a state carries must stay small. */
const KEPT = 5;

/** The state with the question that this event closed, when it closed one. */
export function noteClosed(before: TaskState, after: TaskState, event: Event): TaskState {
  const { question } = before;
  if (!question || after.question?.number === question.number) return after;
  const closed = after.closed ?? [];
  if (closed.some(({ number }) => number === question.number)) return after;
  const message = question.told === 'told' ? 'asks' : 'none';
  const entry: ClosedQuestion = { number: question.number, how: sayHow(event), at: event.at, message };
  return { ...after, closed: [...closed, entry].slice(-KEPT) };
}

function sayHow(event: Event): string {
  switch (event.kind) {
    case 'decided': {
      const { answer, stage, by } = event.decision;
      return `answered: ${answer}${stage === undefined ? '' : ` to ${stage}`} by ${by}`;
    }
    case 'answered':
      return `no longer asked: ${sayVerdict(event.verdict)}`;
    case 'abort-asked':
      return `no longer asked: aborted by ${event.by}`;
    default:
      return 'no longer asked';
  }
}

/** Closed questions whose notification still asks. */
export function toEdit({ closed = [] }: TaskState): ClosedQuestion[] {
  return closed.filter(({ message }) => message === 'asks');
}

/** The notifications of these questions have been edited. */
export function edited(state: TaskState, numbers: readonly number[] = []): TaskState {
  return mark(state, (entry) => (numbers.includes(entry.number) ? { ...entry, message: 'edited' } : entry));
}

/** A question was answered while it was being asked: people have been told of it all the same. */
export function toldTooLate(state: TaskState, number: number): TaskState {
  return mark(state, (entry) => (entry.number === number && entry.message === 'none' ? asking(entry) : entry));
}

function asking(entry: ClosedQuestion): ClosedQuestion {
  return { ...entry, message: 'asks' };
}

function mark(state: TaskState, change: (entry: ClosedQuestion) => ClosedQuestion): TaskState {
  return state.closed === undefined ? state : { ...state, closed: state.closed.map(change) };
}
