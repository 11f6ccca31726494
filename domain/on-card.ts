/** What a look at the card means. A move is read from the card's history, never from comments. */

import type { CardKnown, CardSeen, Remark } from './card.ts';
import { isHolding } from './card.ts';
import type { Event } from './event.ts';
import type { Question } from './question.ts';
import { remarkHeld, remarkMayNot, remarkNoApproval, remarkStillAsks } from './remark.ts';
import type { TaskState } from './state.ts';
import { never } from './verdict.ts';

type Seen = CardSeen & { kind: 'card' };
type Move = NonNullable<Seen['moved']>;
type Meaning = Event extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;

export type CardReading = {
  /** What the move stands for; empty when it says nothing new. */
  events: readonly Meaning[];
  /** What whoever moved the card has to be told. */
  remark?: Remark;
  /** The move answers nothing and hides who has to act: the asking state is written again. */
  asks?: 'again';
};

const NOTHING: CardReading = { events: [] };

/** The one place that knows what a state of the card means under what is asked, held and landed. */
export function readCard(state: TaskState, card: CardSeen): CardReading {
  if (state.end || card.kind === 'gone' || card.moved?.ours === true) return NOTHING;
  const by = card.moved?.by ?? 'somebody';
  switch (card.role) {
    case 'entry':
      return readEntry(state, card, by);
    case 'approved':
    case 'rejected':
      return readAnswer(state, card);
    case 'asking':
      return asksApproval(state) ? { events: lift(state, by) } : { events: hold(state, by) };
    case 'needsInput':
      if (state.question && !asksApproval(state)) return { events: lift(state, by) };
      return { events: card.holds === 'nothing' ? lift(state, by) : hold(state, by) };
    case 'blocked':
      return { events: card.holds === 'nothing' ? lift(state, by) : hold(state, by) };
    case 'done':
    case 'other':
      return { events: hold(state, by), ...remarkOn(state, card, (move) => remarkHeld(state, moveTo(card), move)) };
    case 'cancelled':
      return readCancelled(state, card, by);
    default:
      return never(card.role);
  }
}

function readEntry(state: TaskState, card: Seen, by: string): CardReading {
  const { question } = state;
  if (state.hold) return { events: lift(state, by) };
  const move = newsOf(state, card);
  if (!move || question?.told !== 'told') return NOTHING;
  if (question.cause === 'approval')
    return { events: [], remark: remarkStillAsks(state, question, move), asks: 'again' };
  return { events: [{ kind: 'decided', decision: { number: question.number, answer: 'retry', by } }] };
}

function readAnswer(state: TaskState, card: Seen): CardReading {
  const { question } = state;
  const move = newsOf(state, card);
  if (!move) return NOTHING;
  if (question?.cause !== 'approval') return { events: [], remark: remarkNoApproval(state, move) };
  // Only what is newer than our own writing of the question answers it.
  if (question.told !== 'told') return { events: [], remark: remarkStillAsks(state, question, move) };
  if (!mayAnswer(question, move.by)) {
    return { events: lift(state, move.by), remark: remarkMayNot(state, question, move), asks: 'again' };
  }
  const answer = card.role === 'approved' ? 'approve' : 'reject';
  const decision = { number: question.number, answer, by: move.by } as const;
  return { events: [...lift(state, move.by), { kind: 'decided', decision }] };
}

function readCancelled(state: TaskState, card: Seen, by: string): CardReading {
  const { question } = state;
  // Nobody is known to have moved it there, which ends nothing; it stands still until somebody is.
  if (!card.moved) return { events: hold(state, by) };
  const move = newsOf(state, card);
  if (!move) return NOTHING;
  if (question?.cause === 'cancelled' && question.told === 'told') {
    return { events: [], remark: remarkStillAsks(state, question, move), asks: 'again' };
  }
  return { events: [{ kind: 'abort-asked', by, reason: 'the card was moved to Cancelled' }] };
}

/** The move, when it is somebody else's, was not acted on yet, and came after our own last one. */
function newsOf({ cardAt, question }: TaskState, { moved, wroteAt }: Seen): Move | undefined {
  if (!moved || moved.ours || (cardAt !== undefined && moved.at <= cardAt)) return undefined;
  const since = wroteAt ?? (question?.told === 'told' ? question.askedAt : undefined);
  return since === undefined || moved.at > since ? moved : undefined;
}

function remarkOn(state: TaskState, card: Seen, make: (move: Move) => Remark): { remark?: Remark } {
  const move = newsOf(state, card);
  return move ? { remark: make(move) } : {};
}

function moveTo({ role }: Seen): 'done' | 'other' {
  return role === 'done' ? 'done' : 'other';
}

function asksApproval(state: TaskState): boolean {
  return state.question?.cause === 'approval';
}

/** Whether this person may approve or reject; an empty list is open to all. */
export function mayAnswer({ approvers = [] }: Question, by: string): boolean {
  return approvers.length === 0 || approvers.includes(by);
}

function hold(state: TaskState, by: string): Meaning[] {
  return state.hold ? [] : [{ kind: 'held', by }];
}

/** A card that stands where it does not hold the task any more. */
function lift(state: TaskState, by: string): Meaning[] {
  return state.hold ? [{ kind: 'unheld', by }] : [];
}

/** The asking state vanished without anybody moving the card since: it is written again. */
export function vanished(state: TaskState, card: CardSeen): boolean {
  const { question, cardWritten } = state;
  if (card.kind === 'gone' || state.hold || question?.told !== 'told') return false;
  const asks = cardWritten === 'asking' || cardWritten === 'needsInput';
  if (!asks || card.role === cardWritten) return false;
  if (card.moved?.ours === true) return true;
  return !isHolding(card.role) && (card.moved === undefined || card.moved.at <= (card.wroteAt ?? question.askedAt));
}

/** What a write to the card must not go over. */
export function knownOf(state: TaskState): CardKnown {
  const { cardAt } = state;
  return { ...(cardAt === undefined ? {} : { movedAt: cardAt }), ...(state.hold ? { held: true } : {}) };
}

/** The state with the card's newest move by somebody else as known; a remark on an older one is no longer owed. */
export function knowing(state: TaskState, card: CardSeen): TaskState {
  if (card.kind === 'gone' || !card.moved || card.moved.ours) return state;
  const { at } = card.moved;
  if (state.cardAt !== undefined && at <= state.cardAt) return state;
  const { remark: _older, ...rest } = state;
  return { ...rest, cardAt: at };
}
