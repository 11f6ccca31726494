import { z } from 'zod';

/** Who Conveyor is on the local tracker and forge. */
export const OUR_ACTOR = 'conveyor';

/** What the local tracker and forge tell about a change. A hint to look again, never a fact to act on. */
export const LocalEvent = z.object({
  event: z.enum(['card.moved', 'card.added', 'comment.added', 'push', 'status', 'review', 'pull-request']),
  project: z.string().optional(),
  /** The card's key, e.g. `DEMO-1`. */
  key: z.string().optional(),
  repo: z.string().optional(),
  branch: z.string().optional(),
  sha: z.string().optional(),
  /** Who did it; absent where the provider cannot tell. */
  by: z.string().optional(),
  /** When it happened, in milliseconds since 1970. */
  at: z.number(),
});
export type LocalEvent = z.infer<typeof LocalEvent>;
