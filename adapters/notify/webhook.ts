import { z } from 'zod';
import type { Notifier } from '../../activities/ports.ts';
import { withLock } from '../local/store/lock.ts';
import { sign } from '../local/webhook/signature.ts';
import { post, refusal } from './http.ts';
import { appendLine, readLines } from './sent-file.ts';

export type WebhookNotifierOptions = {
  url: string;
  /** Signs the body's bytes; absent = nothing is signed. */
  secret?: string | undefined;
  /** The file with one JSON line `{at, marker}` per message that was received. */
  path: string;
  /** In milliseconds since 1970. */
  now: () => number;
  /** How long the receiver may take, in milliseconds; 5 s when absent. */
  patienceMs?: number;
};

const Line = z.object({ marker: z.string() });

/**
 * Posts `{marker, topic?, text, at}` as JSON, once per marker: 2xx is received. A receiver that was not heard gets the
 * message again under the same `Idempotency-Key`, the marker. Throws `Webhook.Unreachable`, `.Unavailable`,
 * `.RateLimited` (transient), `.Unauthorized` (auth), `.Redirected`, `.Refused` (config).
 */
export function createWebhookNotifier(options: WebhookNotifierOptions): Notifier {
  const { url, secret, path, now, patienceMs } = options;
  // The rest of the address may be what lets us in.
  const receiver = { integration: 'Webhook', place: `The notifier at ${new URL(url).origin}` };
  return {
    send: ({ marker, text, topic }) =>
      withLock(path, async () => {
        if ((await readLines(path, Line)).some((line) => line.marker === marker)) return;
        const at = new Date(now()).toISOString();
        const body = Buffer.from(JSON.stringify({ marker, topic, text, at }));
        const headers = {
          'idempotency-key': marker,
          ...(secret === undefined ? {} : { 'x-conveyor-signature': sign(secret, body) }),
        };
        const answer = await post(receiver, { url, headers, body }, patienceMs);
        if (answer.status < 200 || answer.status > 299) throw refusal(receiver, answer);
        await appendLine(path, { at, marker });
      }),
  };
}
