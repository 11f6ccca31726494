import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { WorkerStatus } from './create-worker.ts';

export type HealthOptions = {
  /** 0 takes a free one. */
  port: number;
  /** `127.0.0.1` when absent. */
  bind?: '127.0.0.1' | '0.0.0.0';
  /** Empty until the workers exist. */
  status: () => WorkerStatus[];
  /** Asks the Temporal server anything; a rejection means it cannot be reached. */
  ping: () => Promise<unknown>;
};

export type Health = { url: string; close: () => Promise<void> };

/** What both endpoints answer as JSON; `temporal` is asked by `/readyz` only. */
export type HealthReport = {
  status: 'ok' | 'failing';
  workers: WorkerStatus[];
  temporal?: 'reachable' | 'unreachable';
};

const PING_MS = 2_000;

/**
 * Serves `/livez` (no worker has failed or stopped: else restart the process) and `/readyz` (all run and the Temporal
 * server answers: else leave it alone and wait). 200 when it holds, 503 when it does not.
 */
export async function startHealth(options: HealthOptions): Promise<Health> {
  const server = createServer((request, response) => void answer(request, response, options));
  server.listen(options.port, options.bind ?? '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HealthOptions): Promise<void> {
  const report = await reportFor(request.url, options);
  if (report === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(report.status === 'ok' ? 200 : 503, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(report)}\n`);
}

async function reportFor(url: string | undefined, options: HealthOptions): Promise<HealthReport | undefined> {
  const workers = options.status();
  switch (url) {
    case '/livez': {
      const alive = workers.every(({ state }) => state !== 'FAILED' && state !== 'STOPPED');
      return { status: alive ? 'ok' : 'failing', workers };
    }
    case '/readyz': {
      const temporal = await reach(options.ping);
      const ready = temporal === 'reachable' && workers.length > 0 && workers.every(({ state }) => state === 'RUNNING');
      return { status: ready ? 'ok' : 'failing', workers, temporal };
    }
    default:
      return undefined;
  }
}

async function reach(ping: () => Promise<unknown>): Promise<'reachable' | 'unreachable'> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), PING_MS);
  });
  return Promise.race([ping(), tooLate])
    .then(
      () => 'reachable' as const,
      () => 'unreachable' as const,
    )
    .finally(() => clearTimeout(timer));
}
