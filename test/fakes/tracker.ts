import type { Item, Tracker } from '../../activities/ports.ts';
import type { Listed } from '../../domain/card.ts';
import { DEFAULT_STATE_NAMES } from '../../domain/card.ts';

type Card = Omit<Item, 'priority' | 'blockedBy'> &
  Partial<Pick<Item, 'priority' | 'blockedBy'>> & {
    moved?: { by: string; at: number; ours: boolean };
    wroteAt?: number;
  };

export type FakeTrackerState = { cards: Card[]; comments: { key: string; marker: string; markdown: string }[] };

export function createFakeTracker(state: FakeTrackerState, now: () => number): Tracker {
  const find = (key: string) => state.cards.find((card) => card.key === key);
  const toListed = ({ body: _unread, moved, ...card }: Card): Listed => ({
    ...withDefaults(card),
    version: String(moved?.at ?? 0),
    changedBy: moved?.ours ? 'us' : 'somebody',
  });
  return {
    async changes(_project, since) {
      const cards = state.cards.filter((card) => since === undefined || (card.moved?.at ?? 0) >= Number(since));
      return { cards: cards.map(toListed), watermark: String(now()) };
    },
    async item(_project, key) {
      const card = find(key);
      return card && withDefaults(card);
    },
    async look(_project, key) {
      const card = find(key);
      if (!card) return { kind: 'gone' };
      const { role, stateName, moved, wroteAt } = card;
      return {
        kind: 'card',
        role,
        stateName,
        ...(moved ? { moved } : {}),
        ...(wroteAt === undefined ? {} : { wroteAt }),
      };
    },
    async move(_project, key, role) {
      const card = find(key);
      if (!card || card.role === role) return;
      const moved = { by: 'conveyor', at: now(), ours: true };
      Object.assign(card, { role, stateName: DEFAULT_STATE_NAMES[role], moved, wroteAt: moved.at });
    },
    async comment(_project, key, { marker, markdown }) {
      if (!state.comments.some((one) => one.marker === marker)) state.comments.push({ key, marker, markdown });
    },
  };
}

function withDefaults<T extends Partial<Pick<Item, 'priority' | 'blockedBy'>>>(card: T) {
  return { ...card, priority: card.priority ?? ('none' as const), blockedBy: card.blockedBy ?? [] };
}
