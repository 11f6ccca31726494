import { existsSync, readFileSync } from 'node:fs';
import { Stopped } from './agent.mjs';
import { appendTo, replaceIn } from './edit.mjs';
import { ENGLISH, PHRASES, UNKNOWN, greetingIn } from './languages.mjs';

const GREETING = 'service/greeting.mjs';
const SERVICE = 'service/service.mjs';
const UNIT_TESTS = 'test/greeting.test.mjs';
const LOOKUP = 'PHRASES.get(language);';

/** How far the repository at hand has come: `absent`, `crashes` on an unknown language, or `complete`. */
export function progress() {
  if (!existsSync(GREETING)) throw new Stopped('gave-up', `This repository has no ${GREETING}.`);
  const source = readFileSync(GREETING, 'utf8');
  if (!source.includes('PHRASES')) return 'absent';
  return source.includes(LOOKUP) ? 'crashes' : 'complete';
}

/**
 * Greets in the given languages. The author looks every language up and does not think of one that is not in the
 * table; the unit tests, written by the same author, do not either.
 */
export function implement(languages) {
  replaceIn(
    GREETING,
    `/** What the service says to a visitor. */
export function greeting(name) {
  return \`Hello, \${name}!\`;
}
`,
    `const PHRASES = new Map([
${['en', ...languages].map((code) => `  ['${code}', ${phrase(code)}],`).join('\n')}
]);

/** What the service says to a visitor, in the visitor's language. */
export function greeting(name, language = 'en') {
  const { before, after } = ${LOOKUP}
  return before + name + after;
}
`,
  );
  replaceIn(
    SERVICE,
    `greeting(query.get('name') || 'world')`,
    `greeting(query.get('name') || 'world', query.get('lang') || 'en')`,
  );
  appendTo(
    UNIT_TESTS,
    `
for (const [language, expected] of [
${languages.map((code) => `  ['${code}', '${greetingIn(code, 'Ada')}'],`).join('\n')}
]) {
  test(\`greets in the visitor's language: \${language}\`, () => {
    assert.equal(greeting('Ada', language), expected);
  });
}
`,
  );
  return [GREETING, SERVICE, UNIT_TESTS];
}

/** Says in the README what the route takes now. */
export function describeInReadme(languages) {
  replaceIn(
    'README.md',
    'A small HTTP service that greets visitors.',
    `A small HTTP service that greets visitors, in English or with \`lang=${languages.join('|')}\` in their language.`,
  );
}

/** A test that a visitor with a language nobody taught the service is still greeted. */
export function addFallbackTest() {
  appendTo(
    UNIT_TESTS,
    `
test('greets in English whoever asks for a language it does not speak', () => {
  assert.equal(greeting('Ada', '${UNKNOWN}'), greeting('Ada'));
});
`,
  );
  return UNIT_TESTS;
}

/** Falls back to English. */
export function addFallback() {
  replaceIn(GREETING, LOOKUP, `PHRASES.get(language) ?? PHRASES.get('en');`);
  return GREETING;
}

function phrase(code) {
  const { before, after } = PHRASES[code] ?? ENGLISH;
  return `{ before: '${before}', after: '${after}' }`;
}
