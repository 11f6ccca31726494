import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastReport } from '../../adapters/agents/report-block.ts';
import { readReport } from '../../domain/report.ts';

const HEAD = 'a'.repeat(40);
const RUNS = 2_000;
const SEED = 20_261_122;
/** Of what an agent prints, this much is kept in memory and read. */
const MOST = 1024 * 1024;
/** On a machine that does other things too; a parser left alone takes minutes for some of these. */
const SOON_MS = 15_000;

function read(output: string): ReturnType<typeof readReport> {
  return readReport(lastReport(output).frontMatter);
}

function report(front: string): string {
  return `---\nverdict: pass\nsummary: Done\nhead: ${HEAD}\n${front}\n---\n# Done\n`;
}

function lines(make: (index: number) => string, separator = '\n'): string {
  const all: string[] = [];
  for (let size = 0; size < MOST - 200; size += (all.at(-1)?.length ?? 0) + separator.length)
    all.push(make(all.length));
  return all.join(separator);
}

const BOMB = ['x: &a [o,o,o,o,o,o,o,o,o]', ...'bcdefghi'.split('')]
  .map((name, level, names) => {
    const before = level === 1 ? 'a' : names[level - 1];
    return level === 0 ? name : `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
  })
  .join('\n');

describe('a report that was made to hurt its reader', () => {
  it.each([
    ['aliases that multiply to a billion', report(BOMB)],
    ['an alias of itself', report('x: &x [*x]')],
    ['an alias of nothing', report('findings: *nothing')],
    ['a hundred thousand keys', report(lines((index) => `k${index}: x`))],
    ['a hundred thousand keys in one line', report(`x: {${lines((index) => `k${index}: x`, ',')}}`)],
    ['lists within lists', report(`x: ${'['.repeat(MOST - 200)}`)],
    ['lists within lists, just short enough to be read', report(`x: ${'['.repeat(30_000)}`)],
    ['dashes within dashes', report(`x:\n ${'- '.repeat(15_000)}`)],
    ['questions', report('? '.repeat(15_000))],
    ['anchors', report(`x: [${lines((index) => `&a${index} x`, ',')}]`)],
    ['tags and merges', report('x: !!js/function "() => process.exit()"\n<<: {verdict: fail}\ny: !!binary aGk=')],
    ['documents', report('...\n%YAML 1.1\n%TAG ! tag:x')],
  ])('%s is invalid or harmless, soon', (_what, output) => {
    const startedAt = performance.now();
    const answer = read(output);
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    if (answer.kind === 'invalid') expect(answer.why.length).toBeLessThan(500);
    else expect(answer.report).toEqual({ verdict: 'pass', summary: 'Done', head: HEAD, findings: [] });
  });

  it.each([
    ['blocks that state a verdict', '---\nverdict: [\n'],
    ['blocks that state none', '---\na: b\n'],
    ['blocks that do not parse', '---\na: [\n'],
    ['rules', '---\n'],
    ['big blocks', `---\n${Array.from({ length: 4_000 }, (_, index) => `k${index}: `).join('\n')}\n`],
  ])('a megabyte of %s is read soon', (_what, block) => {
    const startedAt = performance.now();
    expect(read(block.repeat(MOST / block.length)).kind).toBe('invalid');
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
  });

  it('of any size says no more than what is kept of a report', () => {
    const long = 'word '.repeat(2_000);
    const answer = read(
      report(`findings:\n${`  - text: ${long.slice(0, 900)}\n    where: ${long.slice(0, 400)}\n`.repeat(20)}`),
    );
    if (answer.kind !== 'valid') throw new Error(answer.why);
    expect(JSON.stringify(answer.report).length).toBeLessThan(25_000);
    expect(read(report(`x: ${long.repeat(10)}`)).kind).toBe('invalid');
  });
});

describe('a report that would change what every object is', () => {
  it.each([
    '__proto__: {verdict: pass, polluted: yes}',
    '"__proto__": {"polluted": "yes"}',
    'constructor: {prototype: {polluted: yes}}',
    'findings: {__proto__: [polluted]}',
    'findings:\n  - {__proto__: {text: polluted}}',
    '<<: {__proto__: {polluted: yes}}',
  ])('%j changes nothing', (front) => {
    const answer = read(report(front));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    if (answer.kind === 'valid')
      expect(Object.keys(answer.report).sort()).toEqual(['findings', 'head', 'summary', 'verdict']);
    // What only a prototype says was never said.
    expect(read(`---\n__proto__: {verdict: pass, summary: x, head: ${HEAD}}\n---\n`).kind).toBe('invalid');
  });
});

it('any output is answered, and a valid report states its own verdict', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '---',
      '```',
      '...',
      'verdict: pass',
      'verdict: fail',
      'summary: "x"',
      'findings:',
      '  - text: x',
      `head: ${HEAD}`,
      '&a',
      '*a',
      '? ',
      '!!map',
      '__proto__: 1',
      '\t',
      '"',
      '{',
      '[',
    ),
    fc.string({ maxLength: 30 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 25 }), (printed) => {
      const answer = read(printed.join('\n'));
      if (answer.kind === 'invalid') expect(answer.why).not.toBe('');
      else expect(printed.join('\n')).toContain(`verdict: ${answer.report.verdict}`);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
