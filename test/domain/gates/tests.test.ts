import { describe, test } from 'vitest';
import type { TestsEvidence } from '../../../domain/gates/tests.ts';
import type { Report } from '../../../domain/run.ts';
import { asks, fail, inconclusive, pass } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict, HEAD, OLD } from './rows.ts';

const report = (verdict: Report['verdict'], more: Partial<Report> = {}): Report => ({
  verdict,
  summary: 'All 12 scenarios work.',
  findings: [],
  head: HEAD,
  ...more,
});
const ran = (exitCode: number, output = '') => ({ line: 'npm test', exitCode, output });

const rows: Row<Omit<TestsEvidence, 'head'>>[] = [
  {
    when: 'the tester passed this head',
    seen: { report: report('pass') },
    says: pass('the tester passed a1b2c3d: All 12 scenarios work.'),
  },
  { when: 'there is no report', seen: {}, says: inconclusive('no test report for a1b2c3d') },
  { when: 'only our own run passed', seen: { command: ran(0) }, says: inconclusive('no test report for a1b2c3d') },
  {
    when: 'the report is about another head',
    seen: { report: report('pass', { head: OLD }) },
    says: inconclusive('the test report is about 0ld0ld0, not about a1b2c3d'),
  },
  {
    when: 'the tester failed it',
    seen: { report: report('fail', { findings: [{ text: 'Empty name crashes.', where: 'greet.mjs' }] }) },
    says: fail({ text: 'Empty name crashes.', where: 'greet.mjs' }),
  },
  {
    when: 'the tester failed it without findings',
    seen: { report: report('fail', { summary: 'It does not start.' }) },
    says: fail('It does not start.'),
  },
  {
    when: 'the tester gave up',
    seen: { report: report('gave-up', { summary: 'No database.' }) },
    says: asks('the tester could not test a1b2c3d: No database.'),
  },
  {
    when: 'our own run passed as well',
    seen: { report: report('pass'), command: ran(0) },
    says: pass(
      'the tester passed a1b2c3d: All 12 scenarios work.',
      'npm test ended with 0 in a clean checkout of a1b2c3d',
    ),
  },
  {
    when: 'our own run failed',
    seen: { report: report('pass'), command: ran(1, 'ok 1\nnot ok 2\n') },
    says: fail({ text: 'npm test ended with 1:\nok 1\nnot ok 2', where: 'npm test' }),
  },
  {
    when: 'our own run failed with a long output: the end of it counts',
    seen: { report: report('pass'), command: ran(137, `${'x'.repeat(5_000)}end`) },
    says: fail({ text: `npm test ended with 137:\n…${'x'.repeat(1_497)}end`, where: 'npm test' }),
  },
];

describe('tests', () => {
  test.each(rows)('when $when', ({ seen, says }) => {
    expectVerdict({ gate: 'tests', evidence: { head: HEAD, ...seen } }, says);
  });
});
