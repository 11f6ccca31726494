import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SWITCH_NAMES } from '../../activities/ports.ts';
import type { SwitchName } from '../../activities/ports.ts';
import { ConfigFile } from '../../adapters/config/file-schema.ts';
import { PROTECTED_PATHS } from '../../adapters/config/resolve-project.ts';
import { VARIABLES } from '../../adapters/config/variables.ts';
import { CARD_ROLES, DEFAULT_STATE_NAMES } from '../../domain/card.ts';
import { DEFAULT_PIPELINE, GATE_DEFAULTS } from '../../domain/default-pipeline.ts';
import { printDuration } from '../../domain/duration.ts';
import { GATES } from '../../domain/gates/registry.ts';
import { GATE_NAMES } from '../../domain/pipeline.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { code, readDocument, ROOT, section, tableOf, tables } from './documents.ts';

const doc = readDocument('docs/configuration.md');

describe('the file', () => {
  test('every key of conveyor.yaml has its row, and no row is about a key that is not there', () => {
    expect(documentedKeys().toSorted()).toEqual(keysOf(schemaOf()).toSorted());
  });

  test('the names of states, the caps and the looks have their defaults', () => {
    const rows = (heading: string) => tables(section(doc, heading))[0]?.rows.map((row) => row.slice(0, 2).map(code));
    const { caps, looks } = DEFAULT_PIPELINE;
    expect(rows('`projects.<KEY>.states`')).toEqual(CARD_ROLES.map((role) => [role, DEFAULT_STATE_NAMES[role]]));
    expect(rows('`pipelines.<NAME>.caps`')).toEqual(Object.entries(caps).map(([cap, most]) => [cap, String(most)]));
    expect(rows('`pipelines.<NAME>.looks`')).toEqual(
      Object.entries(looks).map(([name, ms]) => [name.replace(/Ms$/, ''), printed(ms)]),
    );
  });

  test('the table of gates has the defaults of the code', () => {
    const expected = GATE_NAMES.map((gate) => {
      const { operators, cap, limitMs, pollMs } = GATE_DEFAULTS[gate];
      const [first, longest] = [printDuration(pollMs.first), printDuration(pollMs.longest)];
      const poll = first === longest ? first : `${first} to ${longest}`;
      return [gate, operators ? 'operators' : "the row's", String(cap), printDuration(limitMs), poll];
    });
    expect(tableOf(doc, 'gate').rows).toEqual(expected);
  });

  test('the lists in the policy are those of the code', () => {
    const acceptable = GATE_NAMES.filter((gate) => GATES[gate].acceptable === 'yes');
    const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
    expect(doc.text).toContain(`of ${list(acceptable)}`);
    expect(doc.text).toContain(`Protected unless you say otherwise: ${list(PROTECTED_PATHS)}.`);
  });
});

test('the table of variables is the one of the code, but for the switches', () => {
  const expected = Object.entries(VARIABLES)
    .filter(([name]) => !isSwitch(name))
    .map(([name, { schema, secret, description, ...variable }]) => {
      const example = 'example' in variable ? variable.example : undefined;
      const value = schema.parse(undefined) === undefined ? 'unset' : `\`${example}\``;
      return [`\`${name}\`${secret === 'secret' ? ', secret' : ''}`, value, description];
    });
  expect(tableOf(doc, 'variable').rows).toEqual(expected);
});

describe('kill switches', () => {
  const { rows } = tableOf(doc, 'switch');

  test('the table names every switch with what off means', () => {
    const expected = SWITCH_NAMES.map((name) => [name, VARIABLES[name].description.replace(/^Off: /, '')]);
    expect(rows.map(([name, off]) => [code(name), off])).toEqual(expected);
  });

  test.each(rows)('%s: %s (read in %s)', (name, _off, where) => {
    const readers = programFiles().filter((path) => readFileSync(join(ROOT, path), 'utf8').includes(code(name)));
    expect(readers).toEqual([code(where)]);
  });
});

test('the table of search attributes is the one of the code', () => {
  const { rows } = tableOf(doc, 'name');
  expect(rows.map(([name, type]) => [name, type?.toUpperCase()])).toEqual(
    SEARCH_ATTRIBUTES.map(({ name, type }) => [name, type]),
  );
});

/** One distance, or several. */
function printed(ms: number | readonly number[]): string {
  return typeof ms === 'number' ? printDuration(ms) : `[${ms.map(printDuration).join(', ')}]`;
}

function isSwitch(name: string): name is SwitchName {
  return (SWITCH_NAMES as readonly string[]).includes(name);
}

/** Where a switch may act, and workflows, where none may; the port lists them, and other folders only tell of them. */
function programFiles(): string[] {
  return ['activities', 'workflows', 'api']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => path.endsWith('.ts') && path !== 'activities/ports.ts');
}

/** `projects.<>.policy.healthWindow`: names that a person chooses are `<>`, entries of a list `[]`. */
function documentedKeys(): string[] {
  const headings = [...doc.text.matchAll(/^### (`.+)$/gm)].map(([, heading = '']) => heading);
  return headings.flatMap((heading) => {
    const prefixes = heading === '`conveyor.yaml`' ? [''] : heading.split(', ').map((path) => `${code(path)}.`);
    const rows = tables(section(doc, heading)).find(({ header }) => header[0] === 'key')?.rows ?? [];
    return prefixes.flatMap((prefix) => rows.map(([key]) => `${prefix}${code(key)}`.replaceAll(/<[A-Z]+>/g, '<>')));
  });
}

const JsonSchema = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  /** Of several kinds: a key that more than one of them has is one key. */
  oneOf: z.array(z.unknown()).optional(),
});

function schemaOf(): unknown {
  return z.toJSONSchema(ConfigFile, { io: 'output', unrepresentable: 'any' });
}

/** Every key of the schema. Mappings by a name of one's own and lists of mappings are gone into. */
function keysOf(schema: unknown, prefix = ''): string[] {
  const { properties = {}, additionalProperties, items, oneOf = [] } = JsonSchema.parse(schema);
  const own = Object.entries(properties).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const below = keysOf(value, `${path}.`);
    return isPoll(value) ? below : [path, ...below];
  });
  const named = isMapping(additionalProperties) ? keysOf(additionalProperties, `${prefix}<>.`) : [];
  const listed = isMapping(items) ? keysOf(items, `${prefix.replace(/\.$/, '')}[].`) : [];
  const kinds = oneOf.flatMap((kind) => keysOf(kind, prefix));
  return [...own, ...named, ...listed, ...new Set(kinds)];
}

function isMapping(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null;
}

/** The two distances of `poll` have rows of their own. */
function isPoll(schema: unknown): boolean {
  return Object.keys(JsonSchema.parse(schema).properties ?? {}).join() === 'first,longest';
}
