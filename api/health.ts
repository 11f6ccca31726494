import type { Express } from 'express';
import { within } from '../app/within.ts';
import type { Metrics } from './metrics.ts';

const READY_MS = 2_000;

export type HealthOptions = {
  /** Asks the Temporal server anything; a rejection means it cannot be reached. */
  ready: () => Promise<unknown>;
  metrics: Metrics;
};

/** `/healthz` (the process answers), `/readyz` (Temporal answers too: 200, else 503) and `/metrics`. */
export function serveHealth(app: Express, { ready, metrics }: HealthOptions): void {
  const reach = shared(() =>
    within(READY_MS, ready).then(
      () => 'reachable',
      () => 'unreachable',
    ),
  );
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    const temporal = await reach();
    response.status(temporal === 'reachable' ? 200 : 503).json({ temporal });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** However many ask at the same time, one question is under way. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => (underWay ??= ask().finally(() => (underWay = undefined)));
}
