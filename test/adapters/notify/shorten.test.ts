import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { shorten } from '../../../adapters/notify/shorten.ts';

it('leaves alone what fits', () => {
  expect(shorten('exactly ten', 11)).toBe('exactly ten');
});

it('keeps the beginning and the end, in whole words', () => {
  expect(shorten('one two three four five six seven eight', 30)).toBe('one two\n[…]\nseven eight');
});

it('cuts through what has no words', () => {
  expect(shorten('x'.repeat(300), 205)).toBe(`${'x'.repeat(100)}\n[…]\n${'x'.repeat(100)}`);
});

it('is never longer than allowed and never splits a character', () => {
  const text = fc
    .array(fc.constantFrom('a', ' ', '\n', '😀', 'é', 'word'), { maxLength: 300 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 400 }), (whole, most) => {
      const short = shorten(whole, most);
      expect(short.length).toBeLessThanOrEqual(most);
      expect(Buffer.from(short, 'utf8').toString('utf8')).toBe(short);
    }),
  );
});
