/** Tracker states by role; their names are configuration, read from the tracker at run time. */
export const CARD_ROLES = [
  'entry',
  'asking',
  'approved',
  'rejected',
  'needsInput',
  'blocked',
  'done',
  'cancelled',
] as const;
export type CardRole = (typeof CARD_ROLES)[number];

export const DEFAULT_STATE_NAMES: Record<CardRole, string> = {
  entry: 'In Progress',
  asking: 'In Review',
  approved: 'Approved',
  rejected: 'Rejected',
  needsInput: 'Needs Input',
  blocked: 'Blocked',
  done: 'Done',
  cancelled: 'Cancelled',
};

/** The card as one look saw it. `role` is `other` for a state no role is mapped to. */
export type CardSeen =
  | { kind: 'gone' }
  | {
      kind: 'card';
      role: CardRole | 'other';
      stateName: string;
      /** The newest activity that led into this state; absent when the history shows none. */
      moved?: { by: string; at: number; ours: boolean };
      /** When we last moved it, by the tracker's clock; absent when its history shows no move of ours. */
      wroteAt?: number;
      /** Held cards are switched off: Blocked and Needs Input do not stop the task. */
      holds?: 'nothing';
    };

/** A comment on the card, written once per marker. The text names states by role. */
export type Remark = { marker: string; markdown: string };

/** What a task knows of its card before it writes there. */
export type CardKnown = {
  /** The newest move it has seen, by the tracker's clock. */
  movedAt?: number;
  /** A person holds the card, and the task knows. */
  held?: true;
};

/** States that stop a task wherever it stands; who moved a card there is not written over. */
export function isHolding(role: CardRole | 'other'): boolean {
  return role === 'blocked' || role === 'done' || role === 'cancelled' || role === 'other';
}

/** Somebody moved the card, and the task has not seen it yet. The move that let the item in is no news. */
export function isTaken(card: CardSeen, { movedAt, held }: CardKnown): boolean {
  if (card.kind === 'gone') return false;
  const { moved, wroteAt } = card;
  // Without a history a move is known by where it led, and only once: else no write would ever come through.
  if (!moved) return isHolding(card.role) && card.holds === undefined && held === undefined;
  if (moved.ours || (wroteAt !== undefined && moved.at <= wroteAt)) return false;
  return movedAt === undefined ? card.role !== 'entry' : moved.at > movedAt;
}

/** Most urgent first. */
export const PRIORITIES = ['urgent', 'high', 'medium', 'low', 'none'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A card as a listing shows it. */
export type Listed = {
  key: string;
  title: string;
  role: CardRole | 'other';
  stateName: string;
  priority: Priority;
  blockedBy: readonly string[];
  /** Differs after every change of the card. */
  version: string;
  /** Whose the newest change is: our own writes wake nobody. */
  changedBy: 'us' | 'somebody';
};
