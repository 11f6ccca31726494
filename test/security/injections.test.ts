import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastReport } from '../../adapters/agents/report-block.ts';
import type { RoleOwes } from '../../domain/pipeline.ts';
import type { PromptInput } from '../../domain/prompts/prompt-for.ts';
import { promptFor } from '../../domain/prompts/prompt-for.ts';
import { readReport } from '../../domain/report.ts';

/** What can be decided without asking a model: the text is where data is, and nothing else of the prompt changes. */
const INJECTIONS = JSON.parse(readFileSync(new URL('injections.json', import.meta.url), 'utf8')) as {
  style: string;
  text: string;
}[];
const RUNS = 2_000;
const SEED = 20_261_122;

const ROLES: [role: string, owes: RoleOwes][] = [
  ['analyst', 'documents'],
  ['architect', 'documents'],
  ['developer', 'changes'],
  ['reviewer', 'judgement'],
  ['tester', 'judgement'],
  ['gardener', 'changes'],
];

type Written = Pick<PromptInput, 'title' | 'body' | 'findings' | 'words'>;

function promptOf(role: string, owes: RoleOwes, written: Written): string {
  return promptFor({
    role,
    owes,
    documents: ['analysis.md'],
    key: 'DEMO-1',
    branch: 'task/DEMO-1',
    head: 'a'.repeat(40),
    base: 'main',
    attempt: 1,
    protectedPaths: ['.ci/**'],
    ...written,
  });
}

/** The text in every place that people and agents write to, and in each alone. */
function placesOf(text: string): Written[] {
  const harmless: Written = { title: 'T', body: 'B', findings: [{ text: 'F', where: 'a.ts' }], words: ['W'] };
  return [
    { title: text, body: text, findings: [{ text, where: text }], words: [text] },
    { ...harmless, title: text },
    { ...harmless, body: text },
    { ...harmless, findings: [{ text, where: text }] },
    { ...harmless, words: [text] },
  ];
}

type Parts = { outside: string; blocks: { label: string; content: string }[] };

/** Reads a prompt as Markdown says: a fence ends at a line of at least as many backticks and nothing else. */
function partsOf(prompt: string): Parts {
  const outside: string[] = [];
  const blocks: Parts['blocks'] = [];
  let open: { ticks: number; label: string; lines: string[] } | undefined;
  for (const line of prompt.split(/\r\n|[\n\r\u2028\u2029\u0085]/)) {
    const opening = /^ {0,3}(`{3,})data (.*)$/.exec(line);
    const closing = /^\s{0,3}(`{3,})\s*$/.exec(line);
    if (open === undefined) {
      outside.push(opening ? `<fence ${opening[2]}>` : line);
      if (opening) open = { ticks: opening[1]?.length ?? 0, label: opening[2] ?? '', lines: [] };
    } else if (closing && (closing[1]?.length ?? 0) >= open.ticks) {
      blocks.push({ label: open.label, content: open.lines.join('\n') });
      open = undefined;
    } else open.lines.push(line);
  }
  if (open !== undefined) throw new Error(`The fence "${open.label}" has no end`);
  return { outside: outside.join('\n'), blocks };
}

const HARMLESS = placesOf('harmless')[0] as Written;
/** Nothing of these is left in any prompt. */
const UNSEEN = /(?!\t|\n|\u200c|\u200d|\ufe0f)(?:\p{Cc}|\p{Cs}|\p{Default_Ignorable_Code_Point}|\u2800)|<!--.*?--!?>/u;

function expectFenced(role: string, owes: RoleOwes, written: Written): void {
  const prompt = promptOf(role, owes, written);
  const { outside, blocks } = partsOf(prompt);
  const harmless = partsOf(promptOf(role, owes, HARMLESS));
  expect(outside).toBe(harmless.outside);
  expect(blocks.map(({ label }) => label)).toEqual(harmless.blocks.map(({ label }) => label));
  expect(UNSEEN.exec(prompt)).toBeNull();
  // An agent that only repeats its prompt has reported nothing, whatever report stands in the data.
  expect(readReport(lastReport(prompt).frontMatter).kind).toBe('invalid');
}

describe('in the prompt of every role, wherever it is written', () => {
  it.each(INJECTIONS.map(({ style, text }, index) => ({ number: index + 1, style, text })))(
    'injection $number ($style) stays data',
    ({ text }) => {
      for (const [role, owes] of ROLES) for (const written of placesOf(text)) expectFenced(role, owes, written);
    },
  );
});

it('there are a hundred different injections, of many styles', () => {
  expect(new Set(INJECTIONS.map(({ text }) => text)).size).toBeGreaterThanOrEqual(100);
  expect(new Set(INJECTIONS.map(({ style }) => style)).size).toBeGreaterThan(10);
});

it('any mixture of them stays data too', () => {
  const piece = fc.oneof(
    fc.constantFrom(...INJECTIONS.map(({ text }) => text)),
    fc.constantFrom(
      '```',
      '`',
      '~~~',
      '\n',
      '\r',
      '\u2028',
      '\u200b',
      '<!--',
      '-->',
      '--!>',
      '---\n',
      '## ',
      '{{',
      '}}',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (mixed) => {
      expectFenced('developer', 'changes', placesOf(mixed)[0] as Written);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

describe('what a text becomes', () => {
  it.each([
    ['a comment', 'a <!-- hidden --> b', 'a [a comment of 15 characters that readers do not see was left out] b'],
    [
      'a comment with HTML’s other end',
      '<!-- x --!>y',
      '[a comment of 11 characters that readers do not see was left out]y',
    ],
    [
      'a comment that never ends',
      'a\n <!-- b\nc',
      'a\n[a comment of 9 characters that readers do not see was left out]',
    ],
    ['the beginning of one within a line', 'it prints `<!--` literally', 'it prints `<!--` literally'],
    [
      'a definition nobody uses',
      'a\n[//]: # (b)\nc',
      'a\n[a comment of 11 characters that readers do not see was left out]\nc',
    ],
    ['a family, a flag and a key', '👩‍👩‍👧 🏳️‍🌈 1️⃣', '👩‍👩‍👧 🏳️‍🌈 1️⃣'],
    ['a word of a script that joins', 'می‌خواهم', 'می‌خواهم'],
    ['joiners between letters', 'a\u200cb\u200d\u200dc\ufe0f', 'abc'],
    ['half a character', '\ud83d', ''],
  ])('%s', (_what, text, expected) => {
    const [block] = partsOf(
      promptOf('developer', 'changes', { ...HARMLESS, body: text, findings: [], words: [] }),
    ).blocks;
    expect(block?.content).toBe(`Title: harmless\n\n${expected}`.trimEnd());
  });

  it.each([
    ['comments that never end', '<!--'],
    ['comments that almost end', '<!-- -- -- '],
    ['definitions', '\n[a]: #          '],
    ['backticks', '`a'],
    ['escapes', '\u001b]'],
    ['joiners', '\u200d'],
    ['blanks', ' '],
  ])('two million characters of %s are cut, in seconds', (_what, piece) => {
    const text = piece.repeat(2_000_000 / piece.length);
    const startedAt = performance.now();
    const prompt = promptOf('developer', 'changes', { title: text, body: text, findings: [{ text }], words: [text] });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(prompt.length).toBeLessThan(500_000);
  });
});
