import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Logger } from 'pino';
import { SENDERS } from '../domain/webhooks/heard.ts';
import type { Metrics } from './metrics.ts';
import { sendProblem } from './problem.ts';
import { sendAnswer } from './webhooks/answer.ts';

const DETAIL = 'This address sent too many requests in a minute; Retry-After says when to go on.';

/** Counts requests by the connection's own address: a header that names another one can be forged. */
export function limitRequests(options: { requestsPerMinute: number; metrics: Metrics; log: Logger }): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: options.requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // They would print to the console that a forged header is not believed.
    validate: false,
    handler: (request, response) => {
      const sender = SENDERS.find((one) => request.path === `/webhooks/${one}`);
      if (sender === undefined) sendProblem(response, { status: 429, title: 'Too many requests', detail: DETAIL });
      else
        sendAnswer(request, response, {
          ...options,
          sender,
          answer: { outcome: 'limited', detail: DETAIL },
          seconds: 0,
        });
    },
  });
}
