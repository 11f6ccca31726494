import { randomUUID } from 'node:crypto';
import { PortError } from '../../../activities/ports.ts';
import type { LocalEvent } from './event.ts';
import { sign } from './signature.ts';

export type WebhookSenderOptions = {
  url: string;
  secret: string;
  /** Who sends, e.g. `local-tracker`; the header `X-Conveyor-Source` and the log carry it. */
  source: string;
  /** Answers true for an event that shall get lost. */
  drop?: (event: LocalEvent) => boolean;
  /** How long the one try may take, in milliseconds; 2000 when absent. */
  timeoutMs?: number;
  /** Told in one sentence what was dropped or not received. */
  log: (message: string) => void;
};

export type WebhookSender = {
  /** Sends in the background: tried once, never throws, never makes the caller wait. */
  send: (event: LocalEvent) => void;
  /** Resolves when nothing is under way, so that a process can exit without losing what it sent. */
  settled: () => Promise<void>;
};

/** Posts signed events to the webhook endpoint. Throws `Webhook.SecretMissing` for an empty secret. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  if (options.secret === '') {
    throw new PortError(
      'Webhook.SecretMissing',
      `${options.source} has no secret to sign its webhooks with.`,
      'config',
    );
  }
  const underWay = new Set<Promise<void>>();

  return {
    send(event) {
      if (options.drop?.(event)) {
        options.log(`${options.source} dropped ${name(event)}.`);
        return;
      }
      const sending = post(options, event).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Never rejects: the receiver is best effort, and a timer looks again anyway. */
async function post({ url, secret, source, timeoutMs, log }: WebhookSenderOptions, event: LocalEvent): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(event));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-conveyor-event': event.event,
        'x-conveyor-delivery': randomUUID(),
        'x-conveyor-signature': sign(secret, bytes),
        'x-conveyor-source': source,
      },
      body: bytes,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs ?? 2_000),
    });
    await response.body?.cancel();
    if (!response.ok) log(`${source}: ${url} answered ${response.status} to ${name(event)}.`);
  } catch (error) {
    log(`${source}: ${url} did not receive ${name(event)}: ${reason(error)}.`);
  }
}

function name(event: LocalEvent): string {
  const subject = event.key ?? event.branch ?? event.sha ?? event.project ?? event.repo;
  return subject === undefined ? event.event : `${event.event} of ${subject}`;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
