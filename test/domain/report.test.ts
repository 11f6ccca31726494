import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReport } from '../../domain/report.ts';

const head = '0123456789abcdef0123456789abcdef01234567';
const valid = { verdict: 'pass', summary: 'Done.', findings: [], head };

function report(change: object) {
  const read = readReport({ ...valid, ...change });
  return read.kind === 'valid' ? read.report : read.why;
}

describe('a report', () => {
  it.each([
    ['as the contract says', {}, valid],
    ['without findings', { findings: undefined }, valid],
    ['with findings left empty', { findings: null }, valid],
    ['with findings left empty, read as text', { findings: '' }, valid],
    [
      'with findings as texts',
      { verdict: 'fail', findings: [' a '] },
      { ...valid, verdict: 'fail', findings: [{ text: 'a' }] },
    ],
    [
      'with findings that say where',
      { verdict: 'fail', findings: [{ text: 'a', where: 'b.ts:1' }, { text: 'c' }] },
      { ...valid, verdict: 'fail', findings: [{ text: 'a', where: 'b.ts:1' }, { text: 'c' }] },
    ],
    ['with keys of its own', { mood: 'good' }, valid],
    ['with a head in capitals', { head: head.toUpperCase() }, valid],
    ['that gave up', { verdict: 'gave-up' }, { ...valid, verdict: 'gave-up' }],
    ['that needs input', { verdict: 'needs-input' }, { ...valid, verdict: 'needs-input' }],
  ])('%s is valid', (_what, change, expected) => {
    expect(report(change)).toEqual(expected);
  });

  it.each([
    [
      'an unknown verdict',
      { verdict: 'ok' },
      "The report's `verdict` is wrong: it must be one of pass, fail, gave-up, needs-input.",
    ],
    ['an empty summary', { summary: ' ' }, "The report's `summary` is wrong: it must not be empty."],
    ['a summary that is no text', { summary: ['a'] }, "The report's `summary` is wrong: it must be a text."],
    ['findings that are no list', { findings: 'a, b' }, "The report's `findings` is wrong: it must be a list."],
    [
      'a finding without text',
      { findings: [{ where: 'x' }] },
      "The report's `findings` is wrong: each entry must be a text, or a mapping with `text` and `where`.",
    ],
    [
      'an empty finding',
      { findings: [''] },
      "The report's `findings` is wrong: each entry must be a text, or a mapping with `text` and `where`.",
    ],
    [
      'a fail without findings',
      { verdict: 'fail' },
      "The report's `findings` is wrong: a verdict of fail needs at least one finding.",
    ],
    [
      'a short head',
      { head: head.slice(0, 10) },
      "The report's `head` is wrong: it must be the full commit id, 40 hex digits.",
    ],
  ])('with %s names the field', (_what, change, why) => {
    expect(report(change)).toBe(why);
  });

  it.each([
    ['verdict', 'The report has no `verdict`: it must be one of pass, fail, gave-up, needs-input.'],
    ['summary', 'The report has no `summary`: it must be a text.'],
    ['head', 'The report has no `head`: it must be the full commit id, 40 hex digits.'],
  ] as const)('without %s says so', (field, why) => {
    const { [field]: _left, ...rest } = valid;
    expect(readReport(rest)).toEqual({ kind: 'invalid', why });
  });

  it('without findings at all cannot fail', () => {
    const { findings: _left, ...rest } = valid;
    expect(readReport({ ...rest, verdict: 'fail' })).toEqual({
      kind: 'invalid',
      why: 'The report has no `findings`: a verdict of fail needs at least one finding.',
    });
  });

  it.each([
    [undefined, 'The agent ended without a report.'],
    [null, "The report's front matter is not a valid YAML mapping."],
    ['verdict: pass: no', "The report's front matter is not a valid YAML mapping."],
    [['pass'], "The report's front matter is not a valid YAML mapping."],
  ])('that is %s is invalid', (frontMatter, why) => {
    expect(readReport(frontMatter)).toEqual({ kind: 'invalid', why });
  });

  it('is cut politely where it is too long', () => {
    const long = report({
      verdict: 'fail',
      summary: 'word '.repeat(1_000),
      findings: Array(30).fill('y'.repeat(5_000)),
    });
    if (typeof long === 'string') throw new Error(long);
    expect(long.summary).toMatch(/^(word )+word…$/);
    expect(long.summary.length).toBeLessThanOrEqual(2_000);
    expect(long.findings).toHaveLength(21);
    expect(long.findings[0]?.text).toBe(`${'y'.repeat(597)}…`);
    expect(long.findings.at(-1)).toEqual({ text: '… and 10 more, in the full report' });
  });

  it.each([
    ['Cyrillic', 'слово '],
    ['Chinese', '进度'],
    ['emoji', '🚀'],
    ['half a character', '\ud83d'],
  ])('is cut by its bytes, not by its characters: %s', (_what, text) => {
    const long = report({
      verdict: 'fail',
      summary: text.repeat(1_000),
      findings: [{ text: text.repeat(1_000), where: text.repeat(1_000) }],
    });
    if (typeof long === 'string') throw new Error(long);
    const [{ text: finding, where = '' } = { text: '' }] = long.findings;
    expect(Buffer.byteLength(long.summary)).toBeLessThanOrEqual(2_000);
    expect(Buffer.byteLength(long.summary)).toBeGreaterThan(1_900);
    expect(Buffer.byteLength(finding)).toBeLessThanOrEqual(600);
    expect(Buffer.byteLength(where)).toBeLessThanOrEqual(200);
    expect(text.repeat(1_000).startsWith(long.summary.slice(0, -1))).toBe(true);
    if (text !== '\ud83d') expect(Buffer.from(long.summary).toString()).toBe(long.summary);
  });

  it('never throws, whatever an agent writes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), fc.anything(), (verdict, summary, findings, sha) => {
        expect(['valid', 'invalid']).toContain(readReport({ verdict, summary, findings, head: sha }).kind);
        expect(['valid', 'invalid']).toContain(readReport(verdict).kind);
      }),
    );
  });
});
