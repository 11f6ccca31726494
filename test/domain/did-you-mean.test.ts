import { expect, test } from 'vitest';
import { nearest, unknownName } from '../../domain/did-you-mean.ts';

const GATES = ['artifacts', 'approval', 'ci', 'review', 'tests'];

test.each([
  ['reviw', 'review'],
  ['reveiw', 'review'],
  ['artefacts', 'artifacts'],
  ['test', 'tests'],
  ['cj', 'ci'],
  ['ic', 'ci'],
])('"%s" is taken for "%s"', (name, meant) => {
  expect(nearest(name, GATES)).toBe(meant);
});

test.each(['', 'deploy', 'xy', 'x'.repeat(10_000)])('"%s" is near to nothing', (name) => {
  expect(nearest(name, GATES)).toBeUndefined();
});

test('the sentence says what is unknown, what may have been meant and what is allowed', () => {
  expect(unknownName('gate', 'tets', ['ci', 'tests'])).toBe(
    'unknown gate "tets" (did you mean "tests"?), expected one of ci, tests',
  );
  expect(unknownName('role', 'x', [])).toBe('unknown role "x", none is defined');
});
