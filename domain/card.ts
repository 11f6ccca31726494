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
    };

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
