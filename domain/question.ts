import type { GateName } from './pipeline.ts';
import type { SubjectRef } from './subject.ts';
import type { Finding } from './verdict.ts';

export const ANSWERS = ['approve', 'reject', 'retry', 'accept', 'back', 'revert', 'abort'] as const;
export type Answer = (typeof ANSWERS)[number];

/** Why a person is asked. Decides which answers are offered and what `retry` means. */
export const QUESTION_CAUSES = [
  'approval',
  'cap',
  'operators',
  'limit',
  'inconclusive',
  'stale',
  'asks',
  /** Agents have spent what the task may spend. */
  'budget',
  'no-progress',
  'landed',
  /** Somebody cancelled after landing, and production is proven: finish or take it back? */
  'cancelled',
] as const;
export type QuestionCause = (typeof QUESTION_CAUSES)[number];

/** The system asks a person. Numbers count within the task and never restart. */
export type Question = {
  number: number;
  cause: QuestionCause;
  stage: string;
  gate?: GateName;
  subject?: SubjectRef;
  /** One sentence. */
  why: string;
  findings: readonly Finding[];
  answers: readonly Answer[];
  /** `reading`: the gate is still looked at, and a conclusive verdict closes the question. */
  mode: 'reading' | 'silent';
  askedAt: number;
  /** Whether the card, the comment and the notification have been written. */
  told: 'not-yet' | 'told';
  /** Reminders count from here: a tracker that was away must not make them come at once. */
  toldAt?: number;
  /** An approval keeps the lane until its limit; every other question gives it up before it is asked. */
  lane: 'keep' | 'give-up';
  /** Who may approve or reject, as the gate last read it; absent = anybody. */
  approvers?: readonly string[];
  /** Reminders sent so far, and the one that is to be sent now. */
  reminded?: number;
  reminderDue?: number;
};

/** A question that is open no more. */
export type ClosedQuestion = {
  number: number;
  /** `answered: approve by ada`, `no longer asked: every check is green`. */
  how: string;
  at: number;
  /** Of the notification that asked: nobody was told, it still asks, or it says how the question was closed. */
  message: 'none' | 'asks' | 'edited';
};

/** Names the question in comments and notifications; what is said about it later has it as topic. */
export function questionMarker(spec: { key: string; run: number }, number: number): string {
  return `${spec.key}#${spec.run}/question/${number}`;
}

/** A person's answer to one question number. `by` is never taken from a comment's author. */
export type Decision = {
  number: number;
  answer: Answer;
  words?: string;
  /** With `back`: an earlier stage's name. */
  stage?: string;
  by: string;
};
