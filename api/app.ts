import type { ErrorRequestHandler, Express } from 'express';
import express from 'express';
import { sendProblem } from './problem.ts';
import type { LocalWebhookOptions } from './webhooks/local.ts';
import { localWebhook } from './webhooks/local.ts';

export type ApiOptions = LocalWebhookOptions & { ready: () => Promise<unknown> };

const WEBHOOK_LIMIT = '1mb';

/** The HTTP surface; no I/O until a request comes. */
export function createApp(options: ApiOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    const temporal = await options.ready().then(
      () => 'reachable',
      () => 'unreachable',
    );
    response.status(temporal === 'reachable' ? 200 : 503).json({ temporal });
  });
  app.post('/webhooks/local', express.raw({ type: () => true, limit: WEBHOOK_LIMIT }), localWebhook(options));
  app.use(bodyProblem);
  app.use((_request, response) => sendProblem(response, 404, 'Not found', 'There is nothing at this address.'));
  return app;
}

/** Express needs all four parameters to know that this handles errors. */
const bodyProblem: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = statusOf(error);
  const title = status === 413 ? 'Too large' : status < 500 ? 'Bad request' : 'Internal error';
  const detail = status === 413 ? `A body may have ${WEBHOOK_LIMIT} at most.` : 'The request could not be read.';
  sendProblem(response, status, title, detail);
};

function statusOf(error: unknown): number {
  const given = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof given === 'number' && given >= 400 && given < 600 ? given : 500;
}
