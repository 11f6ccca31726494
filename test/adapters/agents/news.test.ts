import { expect, it } from 'vitest';
import { createNews } from '../../../adapters/agents/news.ts';

/** Whether each line was new, one a second. */
function heard(...lines: string[]): boolean[] {
  let clock = 0;
  const news = createNews(() => (clock += 1_000));
  return lines.map((line) => news.isNew(Buffer.from(line)));
}

it.each([
  ['the same line again', 'building\n', 'building\n'],
  ['another count', 'step 1 of 10\n', 'step 2 of 10\n'],
  ['another time and id', '{"id":"prt_2033","at":1795349}\n', '{"id":"prt_20ab3f","at":1795350}\n'],
  ['another frame of a spinner', '\r⠋ thinking\r', '\r⠙ thinking\r'],
  ['a longer bar', '\r[##   ] loading\r', '\r[####  ] loading\r'],
  ['more dots', 'waiting.\n', 'waiting...\n'],
  ['another colour', '\u001b[31mretrying\u001b[0m\n', '\u001b[32mretrying\u001b[0m\n'],
  ['nothing but numbers', '17\n', '18\n'],
  ['nothing but signs', '----\n', '====\n'],
])('%s is nothing new', (_what, first, second) => {
  expect(heard(first, second, second).slice(1)).toEqual([false, false]);
});

it('another word is new, and so is a line whose end came later', () => {
  expect(heard('reading a.ts\n', 'reading b.ts\n')).toEqual([true, true]);
  expect(heard('reading ', 'a.ts', '\n')).toEqual([false, false, true]);
});

it('a loop of many steps is one all the same', () => {
  const word = (n: number): string => `step ${String.fromCodePoint(0x4e00 + n)}\n`;
  const round = Array.from({ length: 900 }, (_each, n) => word(n));
  expect(heard(...round).every(Boolean)).toBe(true);
  expect(heard(...round, ...round).lastIndexOf(true)).toBe(899);
});

it('a letter of several bytes is one letter, however the chunks fall', () => {
  const line = Buffer.from('schöne grüße\n');
  let clock = 0;
  const news = createNews(() => (clock += 1_000));
  expect(news.isNew(line)).toBe(true);
  for (let cut = 1; cut < line.length; cut += 1) {
    expect(news.isNew(line.subarray(0, cut))).toBe(false);
    expect(news.isNew(line.subarray(cut))).toBe(false);
  }
});

it('of a flood only the beginning of each second is looked at', () => {
  let clock = 0;
  const news = createNews(() => clock);
  expect(news.isNew(Buffer.from('first\n'))).toBe(true);
  expect(news.isNew(Buffer.from('flood\n'.repeat(50_000)))).toBe(true);
  expect(news.isNew(Buffer.from('unseen\n'))).toBe(false);
  clock = 1_000;
  expect(news.isNew(Buffer.from('seen\n'))).toBe(true);
});

it('no line is worth much time, whatever it is made of', () => {
  let clock = 0;
  const news = createNews(() => (clock += 1_000));
  const from = performance.now();
  for (const text of ['x', '1', '-', ' ', 'é', '\u001b[', 'x1 ']) news.isNew(Buffer.from(`${text.repeat(60_000)}\n`));
  expect(performance.now() - from).toBeLessThan(2_000);
});
