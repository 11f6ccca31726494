import { expect, test } from 'vitest';
import { matchesName, matchesPath } from '../../domain/glob.ts';

test.each([
  ['.github/**', '.github/workflows/ci.yml', 'matches'],
  ['.github/**', 'docs/.github/x', 'does not match'],
  ['.github/', '.github/workflows/ci.yml', 'matches'],
  ['/Makefile', 'Makefile', 'matches'],
  ['*.yml', 'ci.yml', 'matches'],
  ['*.yml', 'ci/ci.yml', 'does not match'],
  ['**/CLAUDE.md', 'CLAUDE.md', 'matches'],
  ['**/CLAUDE.md', 'packages/a/CLAUDE.md', 'matches'],
  ['**/CLAUDE.md', 'NOTCLAUDE.md', 'does not match'],
  ['a?c', 'abc', 'matches'],
  ['a?c', 'a/c', 'does not match'],
  ['ci.yml', 'ciXyml', 'does not match'],
  ['a+(b)[c]{d}|$', 'a+(b)[c]{d}|$', 'matches'],
])('the glob %s and the path %s: %s', (glob, path, answer) => {
  expect(matchesPath(glob, path)).toBe(answer === 'matches');
});

test.each([
  ['CI*', 'CI / build (push)', 'matches'],
  ['*build*', 'CI / build (push)', 'matches'],
  ['CI', 'CI / build', 'does not match'],
  ['CI.*', 'CI / build', 'does not match'],
])('the pattern %s and the name %s: %s', (pattern, name, answer) => {
  expect(matchesName(pattern, name)).toBe(answer === 'matches');
});
