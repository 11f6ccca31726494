import { LocalEvent, OUR_ACTOR } from '../../adapters/local/webhook/event.ts';
import { keyOfBranch, projectOfKey } from '../../domain/nudge.ts';
import type { Heard } from '../../domain/webhooks/heard.ts';
import { forgeHint, OUR_OWN } from '../../domain/webhooks/heard.ts';
import type { WebhookNames } from './names.ts';

const EVENTS: readonly string[] = LocalEvent.shape.event.options;

/** A parsed delivery of the local tracker or forge. */
export function readLocal(body: unknown, names: WebhookNames['local']): Heard {
  const parsed = LocalEvent.safeParse(body);
  if (!parsed.success) return notRead(body, parsed.error.issues[0]?.message ?? 'it does not parse');
  const { event, key, repo, branch, sha, by } = parsed.data;
  if (event === 'comment.added') return { kind: 'ignored', why: 'nothing is read from comments' };
  const tracker = event.startsWith('card.');
  const project = parsed.data.project ?? (key === undefined ? undefined : projectOfKey(key));
  if (project !== undefined && !names.isProject(project)) return UNKNOWN_PROJECT;
  const place = repo === undefined ? undefined : names.repoOf(repo);
  if (repo !== undefined && place === undefined) return UNKNOWN_REPO;
  if (by === OUR_ACTOR) return OUR_OWN;
  if (place !== undefined && key === undefined) return forgeHint(place, { branch, sha });
  return { kind: 'hint', hint: { from: tracker ? 'tracker' : 'forge', project, key: key ?? keyOfBranch(branch) } };
}

const UNKNOWN_PROJECT: Heard = { kind: 'unknown', why: 'no such project is configured' };
const UNKNOWN_REPO: Heard = { kind: 'unknown', why: 'no project delivers this repository' };

function notRead(body: unknown, why: string): Heard {
  const event = typeof body === 'object' && body !== null && 'event' in body ? body.event : undefined;
  if (typeof event === 'string' && !EVENTS.includes(event)) {
    return { kind: 'unknown-event', why: 'Conveyor knows no such event of a local provider' };
  }
  return { kind: 'bad', why: `This is no event of a local provider: ${why}` };
}
