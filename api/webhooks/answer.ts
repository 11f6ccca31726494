import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Sender } from '../../domain/webhooks/heard.ts';
import type { Metrics, Outcome } from '../metrics.ts';
import { requestIdOf, sendProblem } from '../problem.ts';
import { SENDER_HTTP } from './senders.ts';

/** `status` where an outcome has more than one. */
export type Answer =
  | { outcome: 'accepted'; workflowIds: string[] }
  | { outcome: Exclude<Outcome, 'accepted'>; detail: string; status?: number };

/** 200 and 202 tell the sender that all is well; the others are problems, named by their title. */
export const STATUS: Record<Outcome, { status: number; title: string }> = {
  accepted: { status: 202, title: 'Accepted' },
  ignored: { status: 200, title: 'Ignored' },
  unknown: { status: 200, title: 'Ignored' },
  unknown_event: { status: 200, title: 'Ignored' },
  unsigned: { status: 401, title: 'Not signed' },
  bad: { status: 400, title: 'Bad body' },
  too_large: { status: 413, title: 'Too large' },
  unsupported: { status: 415, title: 'Not supported' },
  limited: { status: 429, title: 'Too many requests' },
  undelivered: { status: 503, title: 'Temporal is away' },
  off: { status: 404, title: 'Not set up' },
  failed: { status: 500, title: 'Internal error' },
};

export type AnswerContext = { sender: Sender; answer: Answer; seconds: number; metrics: Metrics; log: Logger };

/** Counts, logs and sends. Neither body nor headers are logged, but for two names of a harmless shape. */
export function sendAnswer(request: Request, response: Response, context: AnswerContext): void {
  const { sender, answer, seconds, metrics, log } = context;
  const { status: usual, title } = STATUS[answer.outcome];
  metrics.webhooks.inc({ sender, outcome: answer.outcome });
  if (answer.outcome === 'accepted') metrics.acceptSeconds.observe({ sender }, seconds);
  const { event, delivery } = SENDER_HTTP[sender];
  log.info(
    {
      id: requestIdOf(response),
      sender,
      outcome: answer.outcome,
      event: harmless(request.header(event)),
      delivery: harmless(request.header(delivery)),
      ...(answer.outcome === 'accepted' ? { workflows: answer.workflowIds.length } : { why: answer.detail }),
      ms: Math.round(seconds * 1_000),
    },
    'webhook',
  );
  if (answer.outcome === 'accepted') {
    response.status(usual).json({ workflowIds: answer.workflowIds });
    return;
  }
  const status = answer.status ?? usual;
  if (status === 405) response.set('allow', 'POST');
  if (status < 400) response.status(status).json({ ignored: answer.detail });
  else sendProblem(response, { status, title, detail: answer.detail });
}

function harmless(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w.-]{1,64}$/.test(header) ? header : undefined;
}
