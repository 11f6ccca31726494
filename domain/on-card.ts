/** What a look at the card means. A move is read from the card's history, never from comments. */

import type { CardSeen } from './card.ts';
import type { Event } from './event.ts';
import type { Question } from './question.ts';
import type { TaskState } from './state.ts';

type Seen = CardSeen & { kind: 'card' };
type Meaning = Event extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;

/** The events a look stands for; empty when the card says nothing new. */
export function readCard(state: TaskState, card: CardSeen): Meaning[] {
  if (state.end || card.kind === 'gone') return [];
  if (card.moved?.ours === true) return [];
  const by = card.moved?.by ?? 'somebody';
  switch (card.role) {
    case 'entry':
      return readEntry(state, card, by);
    case 'approved':
    case 'rejected':
      return readAnswer(state, card, by);
    case 'asking':
      return asksApproval(state) ? [] : hold(state, by);
    case 'needsInput':
      return state.question && !asksApproval(state) ? [] : hold(state, by);
    case 'blocked':
    case 'done':
    case 'other':
      return hold(state, by);
    case 'cancelled':
      return card.moved ? [{ kind: 'abort-asked', by, reason: 'the card was moved to Cancelled' }] : [];
  }
}

function readEntry(state: TaskState, card: Seen, by: string): Meaning[] {
  const lifted: Meaning[] = state.hold ? [{ kind: 'unheld', by }] : [];
  if (state.hold || !isAnswer(state.question, card)) return lifted;
  return [{ kind: 'decided', decision: { number: state.question.number, answer: 'retry', by } }];
}

function readAnswer(state: TaskState, card: Seen, by: string): Meaning[] {
  const { question } = state;
  if (!asksApproval(state) || !isAnswer(question, card)) return [];
  const answer = card.role === 'approved' ? 'approve' : 'reject';
  return [{ kind: 'decided', decision: { number: question.number, answer, by } }];
}

/** Newer than our own writing of the question, by somebody the history names. */
function isAnswer(question: Question | undefined, card: Seen): question is Question {
  return question?.told === 'told' && card.moved !== undefined && card.moved.at > question.askedAt;
}

function asksApproval(state: TaskState): boolean {
  return state.question?.cause === 'approval';
}

function hold(state: TaskState, by: string): Meaning[] {
  return state.hold ? [] : [{ kind: 'held', by }];
}

/** The asking state vanished without anybody moving the card since: it is written again. */
export function vanished(state: TaskState, card: CardSeen): boolean {
  const { question, cardWritten } = state;
  if (card.kind === 'gone' || state.hold || question?.told !== 'told') return false;
  const asks = cardWritten === 'asking' || cardWritten === 'needsInput';
  if (!asks || card.role === cardWritten) return false;
  if (card.moved?.ours === true) return true;
  return !isHolding(card.role) && (card.moved === undefined || card.moved.at <= question.askedAt);
}

/** States a person moves a card to so that nothing happens: never written over, however old the move. */
function isHolding(role: Seen['role']): boolean {
  return role === 'blocked' || role === 'done' || role === 'cancelled' || role === 'other';
}
