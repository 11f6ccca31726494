/** Payloads people type by hand: checked without trust, and said in one sentence what is wrong with them. */

import { ANSWERS } from './question.ts';
import type { Answer, Decision } from './question.ts';

export type DecisionRead = { kind: 'decision'; decision: Decision } | { kind: 'bad'; why: string };

const LONGEST_WORDS = 4_000;
const EXAMPLE = '{"number": 1, "answer": "approve", "words": "…", "by": "you"}';

export function readDecision(given: unknown): DecisionRead {
  const value = fieldsOf(given);
  const { number, answer, words, stage } = value;
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    return { kind: 'bad', why: `A decision names the question's number; expected ${EXAMPLE}.` };
  }
  if (!isAnswer(answer)) return { kind: 'bad', why: `"answer" is one of ${ANSWERS.join(', ')}; expected ${EXAMPLE}.` };
  if (words !== undefined && typeof words !== 'string') return { kind: 'bad', why: '"words" is text.' };
  if (stage !== undefined && typeof stage !== 'string') return { kind: 'bad', why: '"stage" is the name of a stage.' };
  const decision: Decision = {
    number,
    answer,
    by: readBy(given),
    ...(words === undefined ? {} : { words: words.slice(0, LONGEST_WORDS) }),
    ...(stage === undefined ? {} : { stage }),
  };
  return { kind: 'decision', decision };
}

/** Who sent a message; nothing is refused for want of a name. */
export function readBy(given: unknown): string {
  const { by } = fieldsOf(given);
  return typeof by === 'string' && by.trim() !== '' ? by.trim().slice(0, 100) : 'somebody';
}

/** The reason somebody gave, when they gave one. */
export function readReason(given: unknown): { reason?: string } {
  const { reason } = fieldsOf(given);
  return typeof reason === 'string' && reason.trim() !== '' ? { reason: reason.trim().slice(0, LONGEST_WORDS) } : {};
}

export function fieldsOf(given: unknown): Record<string, unknown> {
  return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
}

function isAnswer(given: unknown): given is Answer {
  return ANSWERS.some((answer) => answer === given);
}
