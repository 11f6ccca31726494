import type { Hint } from '../nudge.ts';

/** Who posts webhooks; also the last part of the address they post to. */
export const SENDERS = ['plane', 'gitea', 'local'] as const;
export type Sender = (typeof SENDERS)[number];

/** What a delivery with a good signature says. */
export type Heard =
  | { kind: 'hint'; hint: Hint }
  /** It cannot change what any task waits for. */
  | { kind: 'ignored'; why: string }
  /** It is about a project or repository that nobody configured. */
  | { kind: 'unknown'; why: string }
  | { kind: 'unknown-event'; why: string }
  | { kind: 'bad'; why: string };

/** The task that did it looks right afterwards, and its timer heals a mistaken name. */
export const OUR_OWN: Heard = { kind: 'ignored', why: 'Conveyor did this itself' };

/** Where a forge's event happened. Pushes to a base branch concern every task of the repository. */
export type RepoPlace = { repo: string; bases: readonly string[] };

/** A hint about one branch or commit of a repository; with neither it is about the whole of it. */
export function forgeHint(
  { repo, bases }: RepoPlace,
  { branch, sha }: { branch?: string | undefined; sha?: string | undefined },
): Heard {
  if (branch !== undefined && bases.includes(branch)) return { kind: 'hint', hint: { from: 'forge', repo } };
  return { kind: 'hint', hint: { from: 'forge', repo, branch, sha } };
}
