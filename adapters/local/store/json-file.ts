import type { ZodError, ZodType } from 'zod';
import { PortError } from '../../../activities/ports.ts';
import { readText, writeText } from './text-file.ts';

/**
 * The file's content as the schema reads it; undefined when there is no such file.
 * Throws `Store.Invalid` in one sentence that names the file, the field and what to do; the file is left as it is.
 */
export async function readJson<T>(path: string, schema: ZodType<T>): Promise<T | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const read = schema.safeParse(parse(path, text));
  if (read.success) return read.data;
  throw invalid(path, firstProblem(read.error), read.error);
}

/** Replaces the whole file atomically with indented JSON, one value a line, so that a person can read it. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeText(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message : 'not JSON', error);
  }
}

function firstProblem(error: ZodError): string {
  const [first, ...others] = error.issues;
  if (!first) return 'not what is expected';
  const where = first.path.length === 0 ? '' : `${first.path.join('.')}: `;
  return `${where}${first.message}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
}

function invalid(path: string, why: string, cause: unknown): PortError {
  return new PortError(
    'Store.Invalid',
    `Cannot use ${path}: ${why}. Repair the file or remove it; it was not overwritten.`,
    'config',
    { cause },
  );
}
