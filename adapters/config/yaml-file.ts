import { readFileSync, statSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import type { Problem } from './problem.ts';

const MOST_BYTES = 1024 * 1024;
/** An alias that stands for aliases multiplies; past this many nodes a file is refused, not expanded. */
const MOST_ALIASED = 100;

export type Path = readonly (string | number)[];
export type Place = { line: number; column: number };

export type YamlFile = {
  value: unknown;
  /** Where the value at this path stands, or its key; where it is missing, the nearest mapping that lacks it. */
  placeOf: (path: Path, part: 'key' | 'value') => Place;
};

export type YamlRead = { kind: 'read'; file: YamlFile } | { kind: 'unreadable'; problems: Problem[] };

/** Reads and parses; every syntax error comes with its place. */
export function readYamlFile(path: string): YamlRead {
  const text = readText(path);
  return text.kind === 'text' ? parseYaml(text.text, path) : unreadable(path, text.why);
}

function unreadable(file: string, message: string): YamlRead {
  return { kind: 'unreadable', problems: [{ file, line: 1, column: 1, message }] };
}

function readText(path: string): { kind: 'text'; text: string } | { kind: 'none'; why: string } {
  try {
    if (statSync(path).size > MOST_BYTES) return { kind: 'none', why: 'the file is larger than 1 MiB' };
    return { kind: 'text', text: readFileSync(path, 'utf8') };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing) return { kind: 'none', why: 'no such file: copy conveyor.example.yaml and change it' };
    return { kind: 'none', why: `cannot be read: ${says(error)}` };
  }
}

/** The text of a file as a value whose every part knows its place. `file` is only for the problems. */
export function parseYaml(text: string, file: string): YamlRead {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const broken = [...document.errors, ...document.warnings].map((error) => ({
      file,
      ...place(error.pos[0]),
      message: `not valid YAML: ${error.message}`,
    }));
    if (broken.length > 0) return { kind: 'unreadable', problems: broken };
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASED });
    return { kind: 'read', file: { value, placeOf: (path, part) => place(offsetOf(document, path, part)) } };
  } catch (error) {
    // Aliases that lead nowhere, to themselves or explode, and nesting deeper than the stack, show only here.
    return unreadable(file, `not usable YAML: ${says(error)}`);
  }
}

function offsetOf(document: Document, path: Path, part: 'key' | 'value'): number {
  let node = follow(document, document.contents);
  let start = startOf(node) ?? 0;
  for (const [index, segment] of path.entries()) {
    const last = index === path.length - 1;
    const found = stepInto(document, node, segment);
    if (!found) return start;
    // A block mapping begins at its first key: its own key is the better place to say that something is missing.
    start = found.key ?? startOf(found.node) ?? start;
    if (last) return (part === 'key' ? found.key : startOf(found.node)) ?? start;
    node = found.node;
    if (!isMap(node) && !isSeq(node)) start = startOf(node) ?? start;
  }
  return start;
}

function stepInto(
  document: Document,
  node: Node | null,
  segment: string | number,
): { key?: number; node: Node | null } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(segment)] as Node | undefined;
    return item && { node: follow(document, item) };
  }
  if (!isMap(node)) return undefined;
  const pair = (node.items as Pair<Node, Node | null>[]).find(
    ({ key }) => isScalar(key) && String(key.value) === String(segment),
  );
  if (!pair) return undefined;
  const key = startOf(pair.key);
  return { ...(key === undefined ? {} : { key }), node: follow(document, pair.value) };
}

function follow(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? node) : node;
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}

function says(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
