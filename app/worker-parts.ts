import type { Logger } from 'pino';
import type { Activities } from '../activities/index.ts';
import { createActivities } from '../activities/index.ts';
import { sweepOrphans } from '../adapters/agents/lock.ts';
import type { HostEnvironment } from '../adapters/config/environment.ts';
import type { Config } from '../adapters/config/config.ts';
import type { Environment } from '../adapters/config/environment.ts';
import { announcer } from './announce.ts';
import { pathsIn } from './paths.ts';
import { createPorts } from './ports.ts';
import { startServices } from './services.ts';
import { ensureIntake } from './tasks.ts';
import { queuesOf, taskProjectOf } from './tasks-of.ts';
import { connectClient, temporalOptions } from './temporal.ts';

export type WorkerParts = {
  activities: Activities;
  queues: { control: string; agents: string; release: string; trackers: string[] };
  /** Ends the local providers' services and the client; call it after the workers have stopped. */
  stop: () => Promise<void>;
};

/** Everything a worker process runs besides the workers themselves: ports, local services, intakes, orphan sweep. */
export async function startWorkerParts(options: {
  config: Config;
  environment: Environment;
  host: HostEnvironment;
  log: Logger;
}): Promise<WorkerParts> {
  const { config, environment, host, log } = options;
  const client = await connectClient(temporalOptions({}, host));
  for (const { attempt, taskToken } of await sweepOrphans(pathsIn(config.data).agentLogs)) {
    log.warn({ attempt }, 'ended what a dead worker had left running');
    // The next try starts at once instead of after the heartbeat timeout; an old token is refused, which is fine.
    if (taskToken)
      await client.activity.fail(Buffer.from(taskToken, 'base64'), new Error('the worker died')).catch(() => undefined);
  }
  const apiUrl = `http://127.0.0.1:${environment.CONVEYOR_API_PORT}`;
  const [secret] = environment.CONVEYOR_WEBHOOK_SECRET ?? [];
  const sender = announcer({ apiUrl, secret, loseFirst: environment.CONVEYOR_LOSE_FIRST, log });
  const shared = { config, environment, host, client, announce: sender.send, log };
  const ports = createPorts(shared);
  const services = await startServices({ ...shared, environments: ports.environments });
  const projects = Object.keys(config.projects);
  const queues = projects.map((project) => queuesOf()(project));
  for (const project of projects) {
    await ensureIntake({ client, queuesOf: queuesOf(), projectOf: taskProjectOf(config) }, project);
  }
  const [first = queuesOf()('')] = queues;
  return {
    activities: createActivities(ports),
    queues: { ...first, trackers: queues.map(({ tracker }) => tracker) },
    stop: async () => {
      await services.stop();
      await sender.settled();
      await client.connection.close();
    },
  };
}
