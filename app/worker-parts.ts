import type { Logger } from 'pino';
import type { Activities } from '../activities/index.ts';
import { createActivities } from '../activities/index.ts';
import type { Ports } from '../activities/ports.ts';
import type { HostEnvironment } from '../adapters/config/environment.ts';
import type { Config } from '../adapters/config/config.ts';
import type { Environment } from '../adapters/config/environment.ts';
import type { LocalEvent } from '../adapters/local/webhook/event.ts';
import type { Presence } from '../adapters/workers/presence.ts';
import { openPresence } from '../adapters/workers/presence.ts';
import { announcer } from './announce.ts';
import { apiUrlOf } from './api-url.ts';
import { watchLostWork } from './lost-work.ts';
import { pathsIn } from './paths.ts';
import { createPorts } from './ports.ts';
import { startServices } from './services.ts';
import { ensureIntake } from './tasks.ts';
import { queuesOf, taskProjectOf } from './tasks-of.ts';
import { connectClient, temporalOptions } from './temporal.ts';

export type WorkerParts = {
  activities: Activities;
  queues: { control: string; agents: string; release: string; trackers: string[] };
  /** Notes what is tried, so that whoever comes after this process died can tell. */
  noted: Presence['noted'];
  /** Ends the local providers' services and the client; call it after the workers have stopped. */
  stop: () => Promise<void>;
};

export type WorkerPartsOptions = {
  config: Config;
  environment: Environment;
  host: HostEnvironment;
  log: Logger;
  faults?: Faults;
};

/** Put around what reaches the world, by tests only. */
export type Faults = {
  ports?: (ports: Ports) => Ports;
  announce?: (send: (event: LocalEvent) => void) => (event: LocalEvent) => void;
};

/** Everything a worker process runs besides the workers: ports, local services, intakes, the care for lost work. */
export async function startWorkerParts(options: WorkerPartsOptions): Promise<WorkerParts> {
  const { config, environment, host, log, faults = {} } = options;
  const paths = pathsIn(config.data);
  const client = await connectClient(temporalOptions({}, host));
  const presence = await openPresence(paths.workers);
  const lostWork = await watchLostWork({ client, paths, log });
  const [secret] = environment.CONVEYOR_WEBHOOK_SECRET ?? [];
  const sender = announcer({ apiUrl: apiUrlOf(environment), secret, loseFirst: environment.CONVEYOR_LOSE_FIRST, log });
  const announce = faults.announce?.(sender.send) ?? sender.send;
  const shared = { config, environment, host, client, announce, log };
  const ports = createPorts(shared);
  // They belong to one machine, and to whoever does its releases.
  const services = environment.CONVEYOR_WORKER_QUEUES.includes('release')
    ? await startServices({ ...shared, environments: ports.environments })
    : undefined;
  const projects = Object.keys(config.projects);
  const queues = projects.map((project) => queuesOf()(project));
  for (const project of projects) {
    await ensureIntake({ client, queuesOf: queuesOf(), projectOf: taskProjectOf(config) }, project);
  }
  const [first = queuesOf()('')] = queues;
  return {
    activities: createActivities(faults.ports?.(ports) ?? ports),
    queues: { ...first, trackers: queues.map(({ tracker }) => tracker) },
    noted: presence.noted,
    stop: async () => {
      await lostWork.stop();
      // First: of two that stop at once, the last one must see nobody.
      await presence.close();
      await services?.stop();
      await sender.settled();
      await client.connection.close();
    },
  };
}
