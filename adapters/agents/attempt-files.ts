import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Where an attempt's log and lock lie. Readable, and different for attempts that only differ in separators. */
export function attemptFiles(root: string, attempt: string): { log: string; lock: string } {
  const readable = attempt.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 120);
  const hash = createHash('sha256').update(attempt).digest('hex').slice(0, 8);
  const name = join(root, `${readable}-${hash}`);
  return { log: `${name}.log`, lock: `${name}.lock` };
}
