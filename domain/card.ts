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
    };
