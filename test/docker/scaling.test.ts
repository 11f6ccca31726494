import { expect, test } from 'vitest';
import { VARIABLES } from '../../adapters/config/variables.ts';
import { COMMANDS } from '../../ops/commands/index.ts';
import { FIGURES } from '../bench/figures/index.ts';
import { code, readDocument, tableOf } from '../docs/documents.ts';
import { isBuilt } from './built-files.ts';
import { filledIn, readCompose } from './compose-file.ts';

const doc = readDocument('docs/scaling.md');
const compose = readCompose();

test('the table of services is the Compose file, with where each is reached', () => {
  const expected = Object.entries(compose.services).map(
    ([
      name,
      {
        ports: [port],
      },
    ]) => [name, port === undefined ? '–' : filledIn(port, {}).replace(/:\d+$/, '')],
  );
  expect(tableOf(doc, 'service').rows.map(([name, , address]) => [code(name), address])).toEqual(expected);
});

test('the table of queues names what a worker can be told to serve', () => {
  const kinds = tableOf(doc, 'queue').rows.map(([, kind]) => code(kind));
  expect(kinds.toSorted()).toEqual(VARIABLES.CONVEYOR_WORKER_QUEUES.schema.parse(undefined).toSorted());
});

test('figures are those that are measured, with their limits', () => {
  const measured = new Map(FIGURES.map(({ figure, limit }) => [figure, String(limit)]));
  for (const [figure = '', limit] of tableOf(doc, 'figure').rows)
    expect([figure, limit]).toEqual([figure, measured.get(figure)]);
});

test('every command and program is there', () => {
  const commands = COMMANDS.map((create) => create(async () => undefined).name());
  const written = [...doc.text.matchAll(/\bconveyor ([a-z]+)(?=[ `\n])/g)].map(([, name]) => name);
  expect(new Set(written).size).toBeGreaterThan(5);
  expect(written.filter((name) => !commands.includes(name ?? ''))).toEqual([]);
  const programs = [...doc.text.matchAll(/`(dist\/[^`]+)`/g)].map(([, path = '']) => path);
  expect(programs.map((path) => [path, isBuilt(path)])).toEqual(programs.map((path) => [path, true]));
});

test('what Compose is told to do is about services that exist', () => {
  const options = /^(?:--(?:volume|scale|username) \S+|-\S+|-C \S+)/;
  const told = [...doc.text.matchAll(/docker compose (stop|exec|run|up) ([^&\n]+)/g)].map(([, verb, rest = '']) => ({
    verb,
    services: servicesIn(rest, options, verb === 'stop' || verb === 'up'),
  }));
  expect(told.length).toBeGreaterThan(5);
  for (const { verb, services } of told) {
    expect([verb, services.filter((name) => !(name in compose.services))]).toEqual([verb, []]);
  }
});

/** The words that are no options: all of them, or the first, behind which a command of the service follows. */
function servicesIn(text: string, options: RegExp, all: boolean): string[] {
  const scaled = [...text.matchAll(/--scale (\w+)=/g)].map(([, name = '']) => name);
  const words = [];
  for (let rest = text.trim(); rest !== ''; rest = rest.trimStart()) {
    const [taken = ''] = options.exec(rest) ?? [];
    const [word = ''] = taken === '' ? rest.split(/[\s`]/) : [''];
    if (word !== '') words.push(word);
    rest = rest.slice(Math.max(taken.length, word.length, 1));
  }
  return [...scaled, ...(all ? words : words.slice(0, 1))];
}
