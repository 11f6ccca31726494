import type { Document } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { ZodError, ZodType } from 'zod';

/** Long lines are not folded: a person reads and greps these files. */
export const YAML_STYLE = { lineWidth: 0 } as const;

export type YamlRead<T> =
  { kind: 'valid'; value: T; source: Document } | { kind: 'invalid'; line: number; column: number; why: string };

/** Reads YAML against a schema; the first problem comes with its place in the file, counted from `firstLine`. */
export function readYaml<T>(
  text: string,
  { firstLine, schema }: { firstLine: number; schema: ZodType<T> },
): YamlRead<T> {
  const lines = new LineCounter();
  const source = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const invalid = (offset: number, why: string): YamlRead<T> => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'invalid', line: Math.max(line, 1) + firstLine - 1, column: Math.max(col, 1), why };
  };

  const [error] = source.errors;
  if (error) return invalid(error.pos[0], withoutStop(error.message));
  const plain = toPlain(source);
  if (plain.kind === 'broken') return invalid(0, withoutStop(plain.why));
  const read = schema.safeParse(plain.value);
  if (read.success) return { kind: 'valid', value: read.data, source };
  const { path, why } = firstProblem(read.error);
  return invalid(offsetOf(source, path), why);
}

function toPlain(source: Document): { kind: 'plain'; value: unknown } | { kind: 'broken'; why: string } {
  try {
    return { kind: 'plain', value: source.toJS() };
  } catch (error) {
    // Aliases that lead nowhere or explode show only now.
    return { kind: 'broken', why: error instanceof Error ? error.message : String(error) };
  }
}

function firstProblem(error: ZodError): { path: PropertyKey[]; why: string } {
  const issue = error.issues[0];
  if (!issue) return { path: [], why: 'not what is expected' };
  const field = issue.path.map(String).join('.');
  return { path: issue.path, why: field === '' ? issue.message : `${field}: ${issue.message}` };
}

/** Where the field stands, or for a missing one the nearest that holds it. */
function offsetOf(source: Document, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = source.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function withoutStop(message: string): string {
  return message.replace(/\.\s*$/, '');
}
