/** Webhooks as Plane and Gitea send them: recorded deliveries with this world's names in them, signed anew. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import type { LocalEvent } from '../../../adapters/local/webhook/event.ts';
import { OUR_ACTOR } from '../../../adapters/local/webhook/event.ts';
import { SECRETS } from '../../support/canaries.ts';
import type { World } from './world.ts';

export const PLANE_PROJECT = '9c1f7d52-3b0e-4a57-8f64-2d1f5be0a913';
export const GITEA_REPO = 'acme/orchard';
/** Our accounts there. */
export const PLANE_BOT = '8063d947-d5e5-497a-8f67-3d4c46cb8073';
export const GITEA_BOT = 'bot-author';
const ADA = 'e542c768-1abf-41a0-aed2-a69d4f104774';

/** Lines of conveyor.yaml that tie the world's project to the senders. */
export const SENDER_LINES = {
  project: `    webhooks: { planeProject: ${PLANE_PROJECT}, giteaRepo: ${GITEA_REPO} }`,
  top: `ourAccounts: { plane: [${PLANE_BOT}], gitea: [${GITEA_BOT}] }`,
};

export type Answered = { status: number; workflowIds: string[] };
export type Delivery = { path: string; headers: Record<string, string>; body: string };

export async function send({ apiUrl }: Pick<World, 'apiUrl'>, { path, headers, body }: Delivery): Promise<Answered> {
  const response = await fetch(`${apiUrl}${path}`, { method: 'POST', headers, body });
  const { workflowIds = [] } = (await response.json()) as { workflowIds?: string[] };
  return { status: response.status, workflowIds };
}

export type PlaneCard = {
  key: string;
  project?: string;
  /** Plane's id for the state and its name on this board. */
  state?: { id: string; name: string };
  by?: 'us' | 'ada';
};

/** A person, or we, changed a card. */
export function planeCard({ key, project = PLANE_PROJECT, state, by = 'ada' }: PlaneCard): Delivery {
  const body = recordedBody('plane', '029-issue-updated-ui-state');
  const data = body['data'] as Record<string, unknown>;
  const activity = body['activity'] as { actor: Record<string, unknown> } & Record<string, unknown>;
  const number = Number(key.slice(key.lastIndexOf('-') + 1));
  Object.assign(data, { project, sequence_id: number }, state ? { state: { ...state, group: 'started' } } : {});
  if (state) activity['new_value'] = state.id;
  activity.actor['id'] = by === 'us' ? PLANE_BOT : ADA;
  return signed('plane', body, { 'x-plane-event': 'issue' });
}

/** The recorded event about this branch or commit of the repository. */
export function gitea(
  event: 'status' | 'push' | 'pull_request' | 'pull_request_review_approved',
  { sha, branch = '', by = 'ada' }: { sha: string; branch?: string; by?: 'us' | 'ada' },
): Delivery {
  const body = recordedBody('gitea', GITEA[event]);
  const repository = body['repository'] as Record<string, unknown>;
  repository['full_name'] = GITEA_REPO;
  (body['sender'] as Record<string, unknown>)['login'] = by === 'us' ? GITEA_BOT : 'ada';
  if (event === 'status') body['sha'] = sha;
  else if (event === 'push') Object.assign(body, { ref: `refs/heads/${branch}`, after: sha });
  else Object.assign((body['pull_request'] as { head: object }).head, { ref: branch, label: branch, sha });
  return signed('gitea', body, { 'x-gitea-event-type': event });
}

const GITEA = {
  status: '425-status-success',
  push: '422-push-branch',
  pull_request: '428-pull_request_sync-synchronized',
  pull_request_review_approved: '429-pull_request_approved--pull_request_review_approved-reviewed',
} as const;

/** What Plane and Gitea would have sent for a change of the local providers; undefined for a comment. */
export function asSent({ event, key, branch, sha, by }: LocalEvent): Delivery | undefined {
  const who = by === OUR_ACTOR ? 'us' : 'ada';
  const at = { sha: sha ?? '0'.repeat(40), ...(branch === undefined ? {} : { branch }), by: who } as const;
  switch (event) {
    case 'card.added':
    case 'card.moved':
      return key === undefined ? undefined : planeCard({ key, by: who });
    case 'comment.added':
      return undefined;
    case 'push':
      return gitea('push', at);
    case 'status':
      return gitea('status', at);
    case 'review':
      return gitea('pull_request_review_approved', at);
    case 'pull-request':
      return gitea('pull_request', at);
  }
}

function signed(sender: 'plane' | 'gitea', value: unknown, event: Record<string, string>): Delivery {
  const body = JSON.stringify(value);
  const signature = createHmac('sha256', SECRETS[sender]).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', [`x-${sender}-signature`]: signature, ...event };
  return { path: `/webhooks/${sender}`, headers, body };
}

function recordedBody(sender: string, name: string): Record<string, unknown> {
  const path = join(import.meta.dirname, '../../fixtures/recorded', sender, 'webhooks', `${name}.body`);
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}
