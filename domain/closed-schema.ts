import { z } from 'zod';
import { unknownName } from './did-you-mean.ts';

/**
 * A mapping that allows these keys and no other. The message for unknown ones has one line a key, in the order of
 * the issue's `keys`.
 */
export function closed<Shape extends z.ZodRawShape>(shape: Shape): ReturnType<typeof z.strictObject<Shape>> {
  const allowed = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownName('key', key, allowed)).join('\n')
        : undefined,
  });
}
