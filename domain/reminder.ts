/** A question that stays open is said again, each time once, and then no more. */

import type { Pipeline } from './pipeline.ts';
import type { Question } from './question.ts';
import type { TaskState } from './state.ts';

/** When the next reminder is due, in milliseconds since 1970; undefined after the last one. */
export function nextReminder({ looks }: Pipeline, question: Question): number | undefined {
  const after = looks.remindMs?.[question.reminded ?? 0];
  return question.told === 'told' && after !== undefined ? toldAt(question) + after : undefined;
}

/** The state with the reminder that is due by now. Of several that were slept through only the last is sent. */
export function withReminder({ looks }: Pipeline, state: TaskState, at: number): TaskState {
  const { question } = state;
  const silent = !state.landed && (state.hold !== undefined || state.pause !== undefined);
  if (question?.told !== 'told' || silent) return state;
  const passed = (looks.remindMs ?? []).filter((after) => at - toldAt(question) >= after).length;
  return passed > (question.reminded ?? 0) ? { ...state, question: { ...question, reminderDue: passed } } : state;
}

function toldAt({ toldAt: at, askedAt }: Question): number {
  return at ?? askedAt;
}

/** The reminder has been sent, or could not be: either way it is not sent again. */
export function onReminded(state: TaskState, number: number, reminder: number): TaskState {
  if (state.question?.number !== number) return state;
  const { reminderDue: _sent, ...question } = state.question;
  return { ...state, question: { ...question, reminded: reminder } };
}
