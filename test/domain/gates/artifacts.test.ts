import { describe, expect, test } from 'vitest';
import type { ArtifactsEvidence } from '../../../domain/gates/artifacts.ts';
import { hasTitle } from '../../../domain/gates/artifacts.ts';
import { asks, fail, inconclusive, pass } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict, HEAD } from './rows.ts';

const owes = (owed: string[], documents: Record<string, string>): ArtifactsEvidence => ({
  head: HEAD,
  role: 'analyst',
  owed,
  documents,
});

const rows: Row<ArtifactsEvidence>[] = [
  {
    when: 'every owed document is there and has a title',
    seen: owes(['analysis.md', 'risks.md'], { 'analysis.md': '# Analysis\n', 'risks.md': 'Risks\n===\n', 'x.md': '' }),
    says: pass('analysis.md and risks.md of the analyst can be read at a1b2c3d'),
  },
  {
    when: 'none of them is there',
    seen: owes(['analysis.md'], { 'architecture.md': '# Of another role\n' }),
    says: inconclusive('no document of the analyst at a1b2c3d'),
  },
  {
    when: 'one is missing, one is empty and one has no title',
    seen: owes(['a.md', 'b.md', 'c.md', 'd.md'], { 'a.md': '# A\n', 'c.md': ' \n', 'd.md': '## Second level\n' }),
    says: fail(
      { text: 'b.md is missing', where: 'b.md' },
      { text: 'c.md is empty', where: 'c.md' },
      { text: 'd.md has no first-level heading', where: 'd.md' },
    ),
  },
  {
    when: 'the role owes nothing: a mistake in the table, not a pass',
    seen: owes([], { 'analysis.md': '# Analysis\n' }),
    says: asks('The role analyst owes no documents: name them in its pipeline, or drop the gate'),
  },
];

describe('artifacts', () => {
  test.each(rows)('when $when', ({ seen, says }) => {
    expectVerdict({ gate: 'artifacts', evidence: seen }, says);
  });
});

test.each([
  ['# Title', 'has'],
  ['---\nkey: x\n---\n\n# Title\n', 'has'],
  ['Title\n=====\n', 'has'],
  ['```sh\n# a comment\n```\n', 'has not'],
  ['```sh\n# a comment in a fence that never ends\n', 'has not'],
  ['~~~\n# code\n~~~\n# Title\n', 'has'],
  ['---\n# a comment in front matter\n---\ntext', 'has not'],
  ['#hashtag', 'has not'],
  ['# ', 'has not'],
  ['text\r\n\r\n# Title\r\n', 'has'],
])('the Markdown %j %s a title', (markdown, answer) => {
  expect(hasTitle(markdown)).toBe(answer === 'has');
});
