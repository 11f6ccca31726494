import { expect, it } from 'vitest';
import { lastReport } from '../../../adapters/agents/report-block.ts';

const head = '1'.repeat(40);

it.each([
  ['nothing', '', undefined, ''],
  ['no front matter', 'All done.\nBye.', undefined, ''],
  ['a rule alone', 'a\n---\nb', undefined, ''],
  ['a report', '---\nverdict: pass\n---\nbody', { verdict: 'pass' }, 'body'],
  [
    'a report after talk, with Windows line ends',
    'hm\r\n---\r\nverdict: pass\r\n---\r\nbody\r\n',
    { verdict: 'pass' },
    'body',
  ],
  ['rules in the body', '---\nverdict: pass\n---\na\n\n---\n\nb\n---\nc', { verdict: 'pass' }, 'a\n\n---\n\nb\n---\nc'],
  [
    'a mapping between rules of the body',
    '---\nverdict: pass\n---\n\n---\nnote: x\n---\n',
    { verdict: 'pass' },
    '---\nnote: x\n---',
  ],
  ['two reports', '---\nverdict: fail\n---\na\n---\nverdict: pass\n---\nb', { verdict: 'pass' }, 'b'],
  ['a report in a code fence', '```\n---\nverdict: pass\n---\nbody\n```\n', { verdict: 'pass' }, 'body'],
  ['front matter without a verdict', '---\nsummary: x\n---\nbody', { summary: 'x' }, 'body'],
  ['digits and words YAML would retype', `---\nverdict: no\nhead: ${head}\n---\n`, { verdict: 'no', head }, ''],
  ['a list as front matter', '---\n- a\n---\nbody', undefined, ''],
  ['front matter that is no YAML', '---\nverdict: [pass\n---\nbody', 'verdict: [pass', 'body'],
  ['no body', '---\nverdict: pass\n---', { verdict: 'pass' }, ''],
])('an output with %s gives its last report', (_what, output, frontMatter, text) => {
  expect(lastReport(output)).toEqual({ frontMatter, text });
});

it('does not follow aliases that would fill the memory', () => {
  const rows = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}, *a${n}]`);
  const bomb = ['---', 'verdict: pass', 'a0: &a0 x', ...rows, '---', ''].join('\n');
  expect(typeof lastReport(bomb).frontMatter).toBe('string');
});
