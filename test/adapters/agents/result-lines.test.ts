import { expect, it } from 'vitest';
import { readResultLines } from '../../../adapters/agents/result-lines.ts';

const none = { tokensIn: 0, tokensOut: 0, tokensCached: 0, usd: 0, turns: 0, durationMs: 7 };

it.each([
  ['nothing', '', {}],
  ['the last usage', '{"usage":{"turns":1}}\nx\n{"usage":{"tokensIn":5,"turns":2}}', { tokensIn: 5, turns: 2 }],
  ['nothing of nonsense', '{"usage":{"tokensIn":-5,"usd":"much","turns":2}}', { turns: 2 }],
  ['its own measure of time', '{"usage":{"durationMs":99}}', {}],
  ['no broken line', '{"usage":{"turns":1}', {}],
  ['no other JSON', '{"type":"turn","usage":{"turns":4}}', {}],
])('usage is %s', (_what, output, usage) => {
  expect(readResultLines(output, 7).usage).toEqual({ ...none, ...usage });
});

it('the quota line gives its time, and neither line stays in the output', () => {
  const output = 'a\n{"quota":{"until":1000}}\n{"usage":{"turns":1}}\nb';
  expect(readResultLines(output, 7)).toMatchObject({ quotaUntil: 1000, rest: 'a\nb' });
});
