import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import express from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { secretsProblem } from '../app/webhooks/secrets.ts';
import { SENDERS } from '../domain/webhooks/heard.ts';
import type { HealthOptions } from './health.ts';
import { serveHealth } from './health.ts';
import { limitRequests } from './limit.ts';
import { createMetrics } from './metrics.ts';
import { requestIdOf, sendProblem } from './problem.ts';
import type { WebhookOptions } from './webhooks/receive.ts';
import { receiveWebhook } from './webhooks/receive.ts';

export type ApiOptions = WebhookOptions &
  Pick<HealthOptions, 'ready'> & {
    /** How many one address may send; 1200 when absent. Health and metrics are not counted. */
    requestsPerMinute?: number;
  };

/** The HTTP surface; no I/O until a request comes. Throws when no sender has a secret, or one has an empty secret. */
export function createApp(options: ApiOptions): Express {
  const problem = secretsProblem(options.secrets);
  if (problem !== undefined) throw new Error(problem);
  const metrics = createMetrics();
  const shared = { ...options, metrics };
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(helmet());
  app.use(nameRequest);
  serveHealth(app, shared);
  // Before anything of a body is read.
  app.use(limitRequests({ requestsPerMinute: options.requestsPerMinute ?? 1_200, metrics, log: options.log }));
  for (const sender of SENDERS) app.all(`/webhooks/${sender}`, receiveWebhook(sender, shared));
  app.use((_request, response) =>
    sendProblem(response, { status: 404, title: 'Not found', detail: 'There is nothing at this address.' }),
  );
  app.use(refuse(options.log));
  return app;
}

/** A sender's own id is not taken over: it would be written to the log as it is. */
const nameRequest: RequestHandler = (_request, response, next) => {
  response.set('x-request-id', randomUUID());
  next();
};

/** Express needs all four parameters to know that this handles errors. */
function refuse(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error, id: requestIdOf(response) }, 'request failed');
    const detail = status >= 500 ? 'This should not have happened.' : 'The request could not be read.';
    sendProblem(response, { status, title: status >= 500 ? 'Internal error' : 'Bad request', detail });
  };
}

function statusOf(error: unknown): number {
  const given = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof given === 'number' && given >= 400 && given < 600 ? given : 500;
}
