import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTail } from '../../../adapters/agents/tail.ts';

function tailOf(most: number, ...chunks: string[]): string {
  const tail = createTail(most);
  for (const chunk of chunks) tail.add(Buffer.from(chunk));
  return tail.text();
}

it('keeps everything that fits', () => {
  expect(tailOf(10, 'ab\n', 'cd\n', 'efgh')).toBe('ab\ncd\nefgh');
});

it('begins at a line once something is lost', () => {
  expect(tailOf(10, 'first\n', 'second\n', 'third\n')).toBe('third\n');
  expect(tailOf(10, `${'x'.repeat(30)}\nlast\n`)).toBe('last\n');
});

it('never keeps more than asked, whatever the chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 50 })), (chunks) => {
      const all = chunks.map((chunk) => `${chunk}\n`).join('');
      const text = tailOf(40, ...chunks.map((chunk) => `${chunk}\n`));
      const exact = all.length <= 40 ? all : all.slice(-40).replace(/^[^\n]*\n/, '');
      expect(text.length).toBeLessThanOrEqual(40);
      expect(text).toBe(exact);
    }),
  );
});
