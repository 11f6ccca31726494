import { z } from 'zod';
import { PRIORITIES } from '../../../domain/card.ts';

const Time = z
  .string()
  .refine((text) => Number.isFinite(Date.parse(text)), 'expected a time, e.g. 2026-01-31T12:00:00Z');

/** People leave `history:` empty when they delete its entries. */
function listOf<T extends z.ZodType>(entry: T) {
  return z
    .array(entry)
    .nullish()
    .transform((list) => list ?? []);
}

/** One move. `from` is absent for the entry that made the card. */
export const Move = z.object({ at: Time, by: z.string(), from: z.string().optional(), to: z.string() });
export type Move = z.infer<typeof Move>;

export const Comment = z.object({
  id: z.number(),
  at: Time,
  by: z.string(),
  marker: z.string().optional(),
  text: z.string(),
});
export type Comment = z.infer<typeof Comment>;

/** The front matter of a card. Fields it does not name are a person's own and stay as they are. */
export const Card = z.object({
  key: z.string(),
  title: z.union([z.string().min(1), z.number()]).transform(String),
  state: z.string().min(1),
  labels: listOf(z.string()),
  priority: z
    .enum(PRIORITIES, `expected one of ${PRIORITIES.join(', ')}`)
    .nullish()
    .transform((given) => given ?? 'none'),
  /** Keys of cards that have to be done first. */
  blockedBy: listOf(z.string()),
  history: listOf(Move),
  comments: listOf(Comment),
});
export type Card = z.infer<typeof Card>;
