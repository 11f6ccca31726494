import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDocument, ROOT, section, tableOf } from './documents.ts';

const page = readDocument('SECURITY.md');
const THREATS = Array.from({ length: 15 }, (_, index) => `T${index + 1}`);
const { rows } = tableOf(page, '#');
/** Per threat: the files that are named, each with the names of its tests. */
const shown = new Map(
  section(page, 'Tests')
    .split('\n')
    .flatMap((line) => {
      const [, threat, list = ''] = /^- (T\d+): (.+)$/.exec(line) ?? [];
      return threat === undefined ? [] : [[threat, testsIn(list)] as const];
    }),
);

type Named = { file: string; names: string[] };

function testsIn(list: string): Named[] {
  return [...list.matchAll(/`([^`]+)` ((?:"[^"]+"(?:, )?)+)/g)].map(([, file = '', names = '']) => ({
    file,
    names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  }));
}

test('every threat has its row, with what is promised and what is open', () => {
  expect(rows.map(([number]) => number)).toEqual(THREATS);
  for (const row of rows) expect(row.filter((cell) => cell !== '')).toHaveLength(4);
});

test('what is promised is shown by a test, and only what promises nothing has none', () => {
  const open = rows.filter(([, , promised = '']) => promised.startsWith('Nothing'));
  expect(open.map(([number]) => number)).toEqual(['T5', 'T6']);
  for (const [, , , todo] of open) expect(todo).toMatch(/^Open\. /);
  expect([...shown.keys()]).toEqual(THREATS.filter((threat) => !open.some(([number]) => number === threat)));
});

describe.each([...shown])('the tests of %s', (_threat, named) => {
  test.each(named)('are in $file', ({ file, names }) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(names.length).toBeGreaterThan(0);
    const source = readFileSync(join(ROOT, file), 'utf8');
    expect(names.filter((name) => !isTitleIn(source, name))).toEqual([]);
  });
});

/** A string of its own in the source: a title, or what a table of tests puts into one. */
function isTitleIn(source: string, name: string): boolean {
  return [`'${name.replaceAll("'", String.raw`\'`)}'`, `"${name}"`, `\`${name}\``].some((literal) =>
    source.includes(literal),
  );
}

test('a name that is no test is seen', () => {
  expect(isTitleIn("it('runs nothing', () => {", 'runs nothing')).toBe(true);
  expect(isTitleIn("it('runs nothing at all', () => {", 'runs nothing')).toBe(false);
  expect(testsIn('`a.test.ts` "one", "two"; `b.test.ts` "three"')).toEqual([
    { file: 'a.test.ts', names: ['one', 'two'] },
    { file: 'b.test.ts', names: ['three'] },
  ]);
});
