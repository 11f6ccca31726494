import { PRIORITIES } from '../card.ts';
import type { Waiting } from './state.ts';

/** In which order items are let in: priority, then how long they wait, then the key's number. Total over distinct keys. */
export function byTurn(a: Waiting, b: Waiting): number {
  return (
    PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
    a.since - b.since ||
    numberOf(a.key) - numberOf(b.key) ||
    (a.key < b.key ? -1 : Number(a.key > b.key))
  );
}

/** `DEMO-12` → 12; a key without a number comes last. */
function numberOf(key: string): number {
  const number = Number(/-(\d+)$/.exec(key)?.[1] ?? Number.NaN);
  return Number.isNaN(number) ? Number.MAX_SAFE_INTEGER : number;
}
