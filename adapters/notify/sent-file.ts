import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { PortError } from '../../activities/ports.ts';
import { readText } from '../local/store/text-file.ts';

/** The file's lines of JSON that the schema reads, oldest first; any other line is passed over. */
export async function readLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const text = (await readText(path)) ?? '';
  return text.split('\n').flatMap((line) => {
    const read = schema.safeParse(parse(line));
    return read.success ? [read.data] : [];
  });
}

/** Adds one line of JSON, making the file and its folder first. Throws `Notify.Unwritable`. */
export async function appendLine(path: string, value: object): Promise<void> {
  const before = (await readText(path)) ?? '';
  // A line that was cut off by a crash stays a line of its own and spoils no other.
  const start = before === '' || before.endsWith('\n') ? '' : '\n';
  try {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, `${start}${JSON.stringify(value)}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PortError('Notify.Unwritable', `Cannot append to ${path}: ${why}`, 'config', { cause: error });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
