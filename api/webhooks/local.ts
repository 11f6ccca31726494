import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { LocalWebhooks } from '../../app/webhooks.ts';
import { aimNudge } from '../../domain/nudge.ts';
import type { Nudger } from '../../app/nudge.ts';
import { sendProblem } from '../problem.ts';
import { isSigned } from '../signature.ts';

export type LocalWebhookOptions = { webhooks: LocalWebhooks; nudge: Nudger; log: Logger };

/** Verify the raw bytes, read the few fields that say where to look, and answer once Temporal has the nudge. */
export function localWebhook({ webhooks, nudge, log }: LocalWebhookOptions) {
  return async (request: Request, response: Response): Promise<void> => {
    const bytes: unknown = request.body;
    const signature = request.header('x-conveyor-signature')?.replace(/^sha256=/, '') ?? '';
    if (!Buffer.isBuffer(bytes) || !isSigned(bytes, signature, webhooks.secrets)) {
      sendProblem(
        response,
        401,
        'Not signed',
        'The signature does not match; check CONVEYOR_WEBHOOK_SECRET on both sides.',
      );
      return;
    }
    const read = webhooks.read(bytes);
    if (read.kind === 'bad') {
      sendProblem(response, 400, 'Bad body', read.why);
      return;
    }
    const target = read.kind === 'ignored' ? read : aimNudge(read.hint);
    if (target.kind === 'ignored') {
      response.status(200).json({ ignored: target.why });
      return;
    }
    try {
      response.status(202).json(await nudge(target));
    } catch (error) {
      log.warn({ err: error, target }, 'webhook not delivered: Temporal is away; the timers heal it');
      sendProblem(response, 503, 'Temporal is away', 'The nudge was not delivered; a timer will look instead.');
    }
  };
}
