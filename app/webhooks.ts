import { LocalEvent, OUR_ACTOR } from '../adapters/local/webhook/event.ts';
import type { Hint } from '../domain/nudge.ts';

/** `ignored`: it cannot change what any task waits for. */
export type ReadWebhook =
  { kind: 'hint'; hint: Hint } | { kind: 'ignored'; why: string } | { kind: 'bad'; why: string };

/** What the endpoint needs of one sender: its secrets, newest first, and how to read its bodies. */
export type LocalWebhooks = { secrets: readonly string[]; read: (bytes: Buffer) => ReadWebhook };

export function localWebhooks(secrets: readonly string[]): LocalWebhooks {
  return { secrets, read: readLocal };
}

function readLocal(bytes: Buffer): ReadWebhook {
  const parsed = LocalEvent.safeParse(parseJson(bytes));
  if (!parsed.success)
    return { kind: 'bad', why: `This is no event of a local provider: ${parsed.error.issues[0]?.message}` };
  const { event, project, key, repo, branch, sha, by } = parsed.data;
  // The task that did it looks right afterwards, and its timer heals a mistaken name.
  if (by === OUR_ACTOR) return { kind: 'ignored', why: 'Conveyor did this itself' };
  if (event === 'comment.added') return { kind: 'ignored', why: 'nothing is read from comments' };
  const from = event.startsWith('card.') ? 'tracker' : 'forge';
  return { kind: 'hint', hint: { from, project, key, repo, branch, sha } };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
