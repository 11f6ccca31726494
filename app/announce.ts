import type { Logger } from 'pino';
import type { LocalEvent } from '../adapters/local/webhook/event.ts';
import type { WebhookSender } from '../adapters/local/webhook/sender.ts';
import { createWebhookSender } from '../adapters/local/webhook/sender.ts';

export type AnnounceOptions = {
  /** Of the webhook endpoint. */
  apiUrl: string;
  /** Signs; undefined: nobody listens, nothing is sent. */
  secret: string | undefined;
  /** A kind of event that gets lost for the first commit or card it is about. */
  loseFirst?: LocalEvent['event'] | undefined;
  log: Logger;
};

const NOBODY: WebhookSender = { send: () => undefined, settled: async () => undefined };

/** How the local providers tell about their changes: signed webhooks to our own endpoint. */
export function announcer({ apiUrl, secret, loseFirst, log }: AnnounceOptions): WebhookSender {
  if (secret === undefined) return NOBODY;
  return createWebhookSender({
    url: new URL('/webhooks/local', apiUrl).href,
    secret,
    source: 'local',
    ...(loseFirst === undefined ? {} : { drop: firstOf(loseFirst) }),
    log: (message) => log.info({ message }, 'webhook'),
  });
}

/** True for every event of this kind about the subject the first one was about. */
function firstOf(kind: LocalEvent['event']): (event: LocalEvent) => boolean {
  let lost: string | undefined;
  return ({ event, sha, key }) => {
    if (event !== kind) return false;
    const subject = sha ?? key ?? '';
    lost ??= subject;
    return subject === lost;
  };
}
