import type { Item, Tracker } from '../../activities/ports.ts';
import { DEFAULT_STATE_NAMES } from '../../domain/card.ts';

type Card = Item & { moved?: { by: string; at: number; ours: boolean } };

export type FakeTrackerState = { cards: Card[]; comments: { key: string; marker: string; markdown: string }[] };

export function createFakeTracker(state: FakeTrackerState, now: () => number): Tracker {
  const find = (key: string) => state.cards.find((card) => card.key === key);
  return {
    async entries() {
      return state.cards.filter((card) => card.role === 'entry');
    },
    async item(_project, key) {
      return find(key);
    },
    async look(_project, key) {
      const card = find(key);
      if (!card) return { kind: 'gone' };
      const { role, stateName, moved } = card;
      return { kind: 'card', role, stateName, ...(moved ? { moved } : {}) };
    },
    async move(_project, key, role) {
      const card = find(key);
      if (!card || card.role === role) return;
      const moved = { by: 'conveyor', at: now(), ours: true };
      Object.assign(card, { role, stateName: DEFAULT_STATE_NAMES[role], moved });
    },
    async comment(_project, key, { marker, markdown }) {
      if (!state.comments.some((one) => one.marker === marker)) state.comments.push({ key, marker, markdown });
    },
  };
}
