import type { Logger } from 'pino';
import { startChecks } from '../adapters/local/checks/checks.ts';
import type { Config } from '../adapters/config/config.ts';
import type { HostEnvironment } from '../adapters/config/environment.ts';
import type { LocalEnvironments } from '../adapters/local/environments/local-environments.ts';
import type { LocalEvent } from '../adapters/local/webhook/event.ts';
import { hasCompany } from '../adapters/workers/company.ts';
import { pathsIn } from './paths.ts';

export type ServicesOptions = {
  config: Config;
  host: HostEnvironment;
  environments: LocalEnvironments;
  announce: (event: LocalEvent) => void;
  log: Logger;
  now?: () => number;
};

const SCAN_MS = 250;

/**
 * What the local providers need running beside the worker: the forge's checks and the environments' services, which
 * the last worker on the folder ends.
 */
export async function startServices(options: ServicesOptions): Promise<{ stop(): Promise<void> }> {
  const { config, host, environments, announce, log, now = Date.now } = options;
  const paths = pathsIn(config.data);
  await environments.resume();
  const checks = startChecks({
    root: paths.forge,
    intervalMs: SCAN_MS,
    now,
    announce,
    log: (message) => log.info({ message }, 'checks'),
    env: host,
  });
  return {
    stop: async () => {
      await checks.stop();
      if (!(await hasCompany(paths.workers))) await environments.stopAll();
    },
  };
}
