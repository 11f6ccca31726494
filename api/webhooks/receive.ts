import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Nudger } from '../../app/nudge.ts';
import type { ReadDelivery } from '../../app/webhooks/read-delivery.ts';
import type { WebhookSecrets } from '../../app/webhooks/secrets.ts';
import { SECRET_VARIABLES } from '../../app/webhooks/secrets.ts';
import { aimNudge } from '../../domain/nudge.ts';
import type { Sender } from '../../domain/webhooks/heard.ts';
import type { Metrics } from '../metrics.ts';
import { isSigned, signatureIn } from '../signature.ts';
import type { Answer } from './answer.ts';
import { sendAnswer } from './answer.ts';
import { createReadBody, parseJson } from './read-body.ts';
import { SENDER_HTTP } from './senders.ts';

export type WebhookOptions = {
  /** Each sender's own; the address of one without any answers 404. */
  secrets: WebhookSecrets;
  read: ReadDelivery;
  nudge: Nudger;
  log: Logger;
};

/** Verifies the raw bytes, reads the few fields that say where to look, and answers once Temporal has the nudge. */
export function receiveWebhook(sender: Sender, options: WebhookOptions & { metrics: Metrics }): RequestHandler {
  const { signature, event, limit } = SENDER_HTTP[sender];
  const { secrets, read, nudge, log } = options;
  const readBody = createReadBody(limit);

  async function answerTo(request: Request, response: Response): Promise<Answer> {
    const own = secrets[sender];
    if (own === undefined) {
      return { outcome: 'off', detail: `No secret is set for ${sender}: set ${SECRET_VARIABLES[sender]} and restart.` };
    }
    if (request.method !== 'POST') return { outcome: 'unsupported', status: 405, detail: 'Only POST is taken here.' };
    if (!isJson(request.header('content-type'))) {
      return {
        outcome: 'unsupported',
        detail: 'Only application/json is taken; choose JSON where the webhook is set up.',
      };
    }
    const given = signatureIn(request.header(signature.header), signature.prefix);
    if (given === undefined) {
      return { outcome: 'unsigned', detail: `The header ${signature.header} is missing, or holds no signature.` };
    }
    const body = await readBody(request, response);
    if (body.kind === 'too-large') return { outcome: 'too_large', detail: `A body may have ${limit} bytes at most.` };
    if (body.kind === 'encoded') return { outcome: 'unsupported', detail: 'The body must not be compressed.' };
    if (body.kind === 'broken') return { outcome: 'bad', detail: 'The body could not be read to its end.' };
    if (!isSigned(body.bytes, given, own)) {
      return { outcome: 'unsigned', detail: `No secret of ${SECRET_VARIABLES[sender]} gives this signature.` };
    }
    const value = parseJson(body.bytes);
    if (value === undefined) return { outcome: 'bad', detail: 'The body is not JSON in UTF-8.' };
    return pass(read({ sender, event: request.header(event) ?? '', body: value }));
  }

  async function pass(heard: ReturnType<ReadDelivery>): Promise<Answer> {
    switch (heard.kind) {
      case 'bad':
        return { outcome: 'bad', detail: heard.why };
      case 'ignored':
      case 'unknown':
        return { outcome: heard.kind, detail: heard.why };
      case 'unknown-event':
        return { outcome: 'unknown_event', detail: heard.why };
      case 'hint': {
        const target = aimNudge(heard.hint);
        if (target.kind === 'ignored') return { outcome: 'ignored', detail: target.why };
        try {
          return { outcome: 'accepted', ...(await nudge(target)) };
        } catch (error) {
          log.warn({ err: error, sender, target }, 'webhook not delivered: Temporal is away; the timers heal it');
          return { outcome: 'undelivered', detail: 'The nudge was not delivered; a timer will look instead.' };
        }
      }
    }
  }

  return async (request, response) => {
    const startedAt = performance.now();
    const answer = await answerTo(request, response).catch((error: unknown): Answer => {
      log.error({ err: error, sender }, 'webhook failed');
      return { outcome: 'failed', detail: 'This should not have happened; the log has more under this id.' };
    });
    sendAnswer(request, response, { sender, answer, seconds: (performance.now() - startedAt) / 1_000, ...options });
  };
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}
