import { hostname } from 'node:os';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { BundleOptions } from './bundle-cache.ts';
import { workflowBundle } from './bundle.ts';
import type { CreateWorkersOptions, Workers } from './create-worker.ts';
import { createWorkers } from './create-worker.ts';
import type { HealthOptions } from './health.ts';
import { startHealth } from './health.ts';

export type RunWorkerOptions = Omit<CreateWorkersOptions, 'connection' | 'bundle' | 'identity'> & {
  /** Where Temporal is; as `@temporalio/envconfig` reads it. */
  connection: NativeConnectionOptions;
  /** Default: pid and host. */
  identity?: string;
  /** `elsewhere`: another process runs the workflows. */
  bundle: BundleOptions | 'elsewhere';
  /** 0 takes a free port. */
  healthPort: number;
  /** Where health listens; loopback when absent. */
  healthBind?: NonNullable<HealthOptions['bind']>;
  log: Logger;
  /** Stops the worker as SIGTERM does, for a program that holds more than this. */
  stop?: AbortSignal;
};

/**
 * Runs the workers of this process until SIGINT, SIGTERM or `stop`, and returns when they have shut down.
 * `installRuntime` comes first. Throws when Temporal cannot be reached or a worker fails.
 */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  const { log, connection: address } = options;
  const connection = await NativeConnection.connect(address);
  let workers: Workers | undefined;
  const health = await startHealth({
    port: options.healthPort,
    ...(options.healthBind === undefined ? {} : { bind: options.healthBind }),
    status: () => workers?.status() ?? [],
    ping: async () => connection.workflowService.getSystemInfo({}),
  });
  try {
    workers = await createAll(connection, options);
    log.info({ health: health.url, queues: workers.status().map(({ queue }) => queue) }, 'worker started');
    await runUntilStopped(workers, options);
    log.info('worker stopped');
  } finally {
    await health.close();
    await connection.close();
  }
}

async function createAll(connection: NativeConnection, options: RunWorkerOptions): Promise<Workers> {
  const { identity = `${process.pid}@${hostname()}`, bundle, serves } = options;
  const needed = bundle !== 'elsewhere' && (serves?.includes('control') ?? true);
  return createWorkers({
    ...options,
    connection,
    identity,
    bundle: needed ? await workflowBundle(bundle) : 'elsewhere',
  });
}

async function runUntilStopped(workers: Workers, { log, stop }: RunWorkerOptions): Promise<void> {
  const shutdown = (why: NodeJS.Signals | Event): void => {
    log.info({ why: typeof why === 'string' ? why : 'asked' }, 'worker is shutting down');
    workers.shutdown();
  };
  // Once: a second signal ends the process at once, as the shell expects.
  process.once('SIGINT', shutdown).once('SIGTERM', shutdown);
  stop?.addEventListener('abort', shutdown, { once: true });
  if (stop?.aborted) workers.shutdown();
  try {
    await workers.run();
  } finally {
    process.off('SIGINT', shutdown).off('SIGTERM', shutdown);
    stop?.removeEventListener('abort', shutdown);
  }
}
