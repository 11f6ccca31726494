import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIORITIES } from '../../../domain/card.ts';
import { byTurn } from '../../../domain/intake/order.ts';
import type { Waiting } from '../../../domain/intake/state.ts';
import { waiting } from './states.ts';

const anyItem = fc
  .tuple(
    fc.oneof(
      fc.nat(30).map((n) => `DEMO-${n}`),
      fc.string({ maxLength: 5 }),
    ),
    fc.constantFrom(...PRIORITIES),
    fc.nat(3),
  )
  .map(([key, priority, since]) => waiting(key, { priority, since }));

describe('the order of the queue', () => {
  it('is by priority, then by how long an item waits, then by the number of its key', () => {
    const items: Waiting[] = [
      waiting('DEMO-10', { since: 5 }),
      waiting('DEMO-9', { since: 5 }),
      waiting('DEMO-11', { since: 4 }),
      waiting('DEMO-3', { priority: 'low', since: 9 }),
      waiting('DEMO-2', { priority: 'urgent', since: 9 }),
    ];
    expect(items.toSorted(byTurn).map(({ key }) => key)).toEqual(['DEMO-2', 'DEMO-3', 'DEMO-11', 'DEMO-9', 'DEMO-10']);
  });

  it('is total: any two items with different keys have one, and it does not depend on where they stood', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyItem, { selector: ({ key }) => key, maxLength: 12 }), fc.nat(), (items, turn) => {
        for (const a of items) {
          for (const b of items) {
            expect(Math.sign(byTurn(a, b)) + Math.sign(byTurn(b, a))).toBe(0);
            expect(byTurn(a, b) === 0).toBe(a.key === b.key);
          }
        }
        const turned = [...items.slice(turn % 12), ...items.slice(0, turn % 12)];
        expect(turned.toSorted(byTurn)).toEqual(items.toSorted(byTurn));
      }),
    );
  });
});
