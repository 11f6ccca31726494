import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import type { HostEnvironment } from '../adapters/config/environment.ts';
import { readEnvironment } from '../adapters/config/environment.ts';

export type TemporalAddress = { address: string; namespace: string };

const CONNECT_MS = 5_000;

/** Options for clients and workers: `TEMPORAL_*` and the profile file, with the given address winning. */
export function temporalOptions(
  given: Partial<TemporalAddress>,
  env: HostEnvironment,
): { connection: NativeConnectionOptions; namespace: string } {
  const loaded = loadClientConnectConfig({ overrideEnvVars: onlySet(withKey(env)) });
  const address = given.address ?? loaded.connectionOptions.address;
  return {
    connection: { ...loaded.connectionOptions, ...(address === undefined ? {} : { address }) },
    namespace: given.namespace ?? loaded.namespace ?? 'default',
  };
}

/** Connects at once, so that an absent server is told here and not by the first call. */
export async function connectClient(options: ReturnType<typeof temporalOptions>): Promise<Client> {
  const connection = await Connection.connect({ ...options.connection, connectTimeout: CONNECT_MS });
  return new Client({ connection, namespace: options.namespace });
}

/** How long a server that came back may go unnoticed; by default it can be two minutes. */
const RECONNECT_MS = 2_000;

/** Connects with the first call, and again by itself after an outage; each call throws while nobody answers. */
export function lazyClient(options: ReturnType<typeof temporalOptions>): Client {
  const channelArgs = { 'grpc.max_reconnect_backoff_ms': RECONNECT_MS };
  const connection = Connection.lazy({ ...options.connection, channelArgs, interceptors: [retryInTime] });
  return new Client({ connection, namespace: options.namespace });
}

/**
 * Tries again while the call's deadline allows, and not at all without one: a try that is begun after the connection
 * was closed would end the process.
 */
const retryInTime: NonNullable<ConnectionOptions['interceptors']>[number] = (call, next) => {
  const usual = defaultGrpcRetryOptions();
  const deadline = Number(call.deadline ?? 0);
  let delay = 0;
  const retry = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => {
      delay = usual.delayFunction(attempt, status);
      return usual.retryableDecider(attempt, status) && Date.now() + delay < deadline;
    },
    delayFunction: () => delay,
  });
  return retry(call, next);
};

/** The SDK knows of no key in a file. */
function withKey(env: HostEnvironment): HostEnvironment {
  const read = readEnvironment(env);
  const key = read.kind === 'loaded' ? read.environment.TEMPORAL_API_KEY : undefined;
  return key === undefined ? env : { ...env, TEMPORAL_API_KEY: key };
}

function onlySet(env: HostEnvironment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
