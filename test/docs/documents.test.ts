import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documents, readDocument, ROOT, section } from './documents.ts';
import type { Document } from './documents.ts';

/** Files that docs/writing-a-gate.md lets its reader write. */
const EXAMPLES = ['domain/gates/changelog.ts', 'test/domain/gates/changelog.test.ts', 'activities/gates/changelog.ts'];
const BELOW = /^(?:domain|workflows|activities|adapters|app|worker|api|ops|demo|test|docs|\.ci)\/[\w./-]*$/;
const ON_TOP = /^(?:\.[a-z-]+\.(?:cjs|json|example)|[a-z]+\.example\.yaml)$/;
const all = documents();

describe.each(all.map((document) => ({ ...document })))('$path', (document) => {
  test('names only paths that exist', () => {
    const lost = pathsIn(document).filter((path) => !existsSync(join(ROOT, path)) && !EXAMPLES.includes(path));
    expect(lost).toEqual([]);
  });

  test('links only to files that exist', () => {
    const targets = [...document.text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const lost = targets
      .filter((target) => !/^(https?:|#)/.test(target))
      .filter((target) => !existsSync(join(ROOT, dirname(document.path), target.replace(/#.*$/, ''))));
    expect(lost).toEqual([]);
  });

  test('speaks of no machine and no package registry', () => {
    const machine = /(?:^|[\s`"'(=])\/(?:work|root|home|Users|tmp|mnt)(?:\/|\b)/m;
    const registry = /\bregistry\.(?!ts\b)[a-z]+|\b(?:pypi|npmjs|pythonhosted|crates)\.[a-z]+|\bproxy\.golang/i;
    expect(document.text).not.toMatch(machine);
    expect(document.text).not.toMatch(registry);
  });
});

test('the paths are really found: a wrong one is seen', () => {
  const text =
    '`domain/no-such-file.ts` and `test/docs/`, `domain/gates/<gate>.ts`, `.no.example`\n```\n`app/none.ts`\n```\n';
  expect(pathsIn({ path: 'x.md', text })).toEqual(['domain/no-such-file.ts', 'test/docs/', '.no.example']);
});

test.each(['Walk one: a nudge', 'Walk two: an agent run'])('each line of "%s" names its file', (heading) => {
  const lines = section(readDocument('docs/architecture.md'), heading)
    .split('\n')
    .filter((line) => /^\d+\. /.test(line));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => pathsIn({ path: 'line', text: line }).length === 0)).toEqual([]);
});

describe('decisions', () => {
  const decisions = all
    .filter(({ path }) => path.startsWith('docs/adr/'))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));

  test('are numbered without a gap', () => {
    const numbers = decisions.map(({ path }) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]));
    expect(numbers).toEqual(decisions.map((_, index) => index + 1));
  });

  test.each(decisions)('$path is short and has context, decision and consequences', ({ path, text }) => {
    const number = Number(/\d{4}/.exec(path)?.[0]);
    expect(text.startsWith(`# ${number}. `)).toBe(true);
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'Consequences',
    ]);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });
});

test('the folders of the architecture are those of the compiler', () => {
  const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as { include: string[] };
  const rows = section(readDocument('docs/architecture.md'), 'Folders').match(/^\| [a-z]+ /gm) ?? [];
  const named = rows.map((row) => row.slice(2).trim()).filter((name) => name !== 'folder');
  expect(named.toSorted()).toEqual([...include, 'demo'].toSorted());
});

/** Paths of this repository, as documents write them: in backticks, from the root. Patterns and examples are no paths. */
function pathsIn({ text }: Document): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return spans.filter((span) => BELOW.test(span) || ON_TOP.test(span));
}
