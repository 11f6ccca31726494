import { describe, test } from 'vitest';
import { fail, pass } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict, HEAD } from './rows.ts';

const policy = { globs: ['.github/**', '**/CLAUDE.md', '.husky/'] };

const rows: Row<string[]>[] = [
  {
    when: 'only product files changed',
    seen: ['src/main.ts', 'docs/github.md'],
    says: pass('none of the 2 paths changed at a1b2c3d is protected'),
  },
  {
    when: 'a CI file and an agent configuration changed',
    seen: ['src/main.ts', '.github/workflows/ci.yml', 'packages/a/CLAUDE.md'],
    says: fail(
      {
        text: '.github/workflows/ci.yml may only be changed by a person (.github/**)',
        where: '.github/workflows/ci.yml',
      },
      { text: 'packages/a/CLAUDE.md may only be changed by a person (**/CLAUDE.md)', where: 'packages/a/CLAUDE.md' },
    ),
  },
  {
    when: 'a hook changed',
    seen: ['.husky/pre-commit'],
    says: fail({ text: '.husky/pre-commit may only be changed by a person (.husky/)', where: '.husky/pre-commit' }),
  },
];

describe('protected-paths', () => {
  test.each(rows)('when $when', ({ seen, says }) => {
    expectVerdict({ gate: 'protected-paths', evidence: { head: HEAD, changedPaths: seen }, policy }, says);
  });
});
