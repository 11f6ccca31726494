import { expect, test } from 'vitest';
import { parseDuration, printDuration } from '../../domain/duration.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['3d', 259_200_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['0s', '-1s', '1.5h', '10', '10 s', 's', '1w', '367d', '', '1h30m', 30, null, undefined])(
  '%s is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  [1, '1ms'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [3_600_000, '1h'],
  [259_200_000, '72h'],
])('%d ms prints as %s', (ms, text) => {
  expect(printDuration(ms)).toBe(text);
});
