import type { CardAnswer, CardInput } from '../../../activities/write-card.ts';
import type { CardRole, CardSeen, Remark } from '../../../domain/card.ts';
import { DEFAULT_STATE_NAMES, isTaken } from '../../../domain/card.ts';

/** One task's card in memory. */
export type Card = {
  /** Moves it as a person does. */
  move: (role: CardRole, by?: string) => void;
  role: () => CardRole | 'other' | undefined;
  /** Comments and notices by marker, each once, in the order they were made. */
  told: () => string[];
  look: () => CardSeen;
  write: (input: CardInput) => CardAnswer;
  remark: (remark: Remark) => void;
};

const US = 'conveyor';

export function createCard(): Card {
  // Of a tracker whose clock never stands still between two moves.
  let clock = Date.now();
  let seen: CardSeen = { kind: 'card', role: 'entry', stateName: DEFAULT_STATE_NAMES.entry };
  const told = new Set<string>();

  function put(role: CardRole, by: string): void {
    clock = Math.max(clock + 1, Date.now());
    const wroteAt = by === US ? clock : seen.kind === 'card' ? seen.wroteAt : undefined;
    const stateName = DEFAULT_STATE_NAMES[role];
    const moved = { by, at: clock, ours: by === US };
    seen = { kind: 'card', role, stateName, moved, ...(wroteAt === undefined ? {} : { wroteAt }) };
  }

  return {
    move: (role, by = 'ada') => put(role, by),
    role: () => (seen.kind === 'card' ? seen.role : undefined),
    told: () => [...told],
    look: () => seen,
    write: ({ role, notes, notices = [], known = {}, ended }) => {
      if (!ended && seen.kind === 'card' && isTaken(seen, known)) return { kind: 'taken', card: seen };
      for (const { marker } of [...notes, ...notices]) told.add(marker);
      if (seen.kind === 'card' && seen.role !== role) put(role, US);
      return { kind: 'written', notices: notices.length > 0 ? 'sent' : 'none' };
    },
    remark: ({ marker }) => void told.add(marker),
  };
}
