import type { Config } from '../adapters/config/config.ts';
import type { Environment, HostEnvironment } from '../adapters/config/environment.ts';

type Given = { config: Pick<Config, 'file' | 'data'>; environment: Environment; host: HostEnvironment };

/** What worker and API of a stack are started with. `secrets` of the local senders: the first one signs. */
export function childEnvironment(
  { config, environment, host }: Given,
  server: { address: string; namespace: string },
  secrets: readonly string[],
): Record<string, string> {
  const inherited = Object.entries(host).flatMap(([name, value]) =>
    // Its content is in `secrets`: a program that is given both refuses to start.
    value === undefined || name === 'CONVEYOR_WEBHOOK_SECRET_FILE' ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(inherited),
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    CONVEYOR_CONFIG: config.file,
    CONVEYOR_DATA: config.data,
    CONVEYOR_WEBHOOK_SECRET: secrets.join(','),
    CONVEYOR_API_PORT: String(environment.CONVEYOR_API_PORT),
    CONVEYOR_WORKER_PORT: String(environment.CONVEYOR_WORKER_PORT),
  };
}
