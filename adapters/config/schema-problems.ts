import type { z } from 'zod';
import { unknownName } from '../../domain/did-you-mean.ts';
import type { Path } from './yaml-file.ts';

/** A problem not yet tied to a line: `part` says whether the key or the value at the path is wrong. */
export type Located = { path: Path; part: 'key' | 'value'; message: string };

/** Every violation of a schema in words of ours, one for each unknown key. */
export function schemaProblems(schema: z.ZodType, value: unknown, base: Path = []): Located[] {
  const read = schema.safeParse(value);
  if (read.success) return [];
  return read.error.issues
    .flatMap((issue) => toProblems(issue, value))
    .map((found) => ({ ...found, path: [...base, ...found.path] }));
}

function toProblems(issue: z.core.$ZodIssue, root: unknown): Located[] {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  const found = (message: string, part: Located['part'] = 'value'): Located[] => [{ path, part, message }];
  const value = valueAt(root, path);
  if (value === undefined && issue.code !== 'unrecognized_keys') return found(`missing "${path.at(-1) ?? ''}"`);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, index) => ({
        path: [...path, key],
        part: 'key',
        message: messages[index] ?? issue.message,
      }));
    }
    case 'invalid_type':
      return found(`expected ${NAMES[issue.expected] ?? issue.expected}, not ${show(value)}`);
    case 'invalid_value':
      return found(unknownName('value', String(value), issue.values.map(String)));
    case 'invalid_union':
      // Of several kinds, told apart by the value at this path.
      return found(
        unknownName(String(path.at(-1)), String(value), ('options' in issue ? (issue.options ?? []) : []).map(String)),
      );
    case 'invalid_key':
      return found(issue.issues[0]?.message ?? issue.message, 'key');
    default:
      return found(issue.code === 'custom' ? `${issue.message}, not ${show(value)}` : issue.message);
  }
}

const NAMES: Partial<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A problem with the value at the path. */
export function at(path: Path, message: string): Located {
  return { path, part: 'value', message };
}

/** The keys of the mapping at the path; none where there is no mapping. */
export function keysAt(value: unknown, path: Path): string[] {
  const mapping = valueAt(value, path);
  return typeof mapping === 'object' && mapping !== null && !Array.isArray(mapping) ? Object.keys(mapping) : [];
}

/** undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}
