import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import type { Ports } from '../activities/ports.ts';
import type { Environment, HostEnvironment } from '../adapters/config/environment.ts';
import type { ConfigRead } from '../adapters/config/load-config.ts';
import { formatProblem } from '../adapters/config/problem.ts';
import type { Check } from './doctor/check.ts';
import { fail, ok, warn } from './doctor/check.ts';
import { checkIntakes } from './doctor/intakes.ts';
import { checkEndpoint, checkNotifiers, checkProviders } from './doctor/providers.ts';
import { checkTemporal } from './doctor/temporal.ts';
import { checkWorkers } from './doctor/workers.ts';
import { createPorts } from './ports.ts';
import type { StackFile } from './stack-file.ts';
import { queuesOf } from './tasks-of.ts';
import { secretsProblem, webhookSecrets } from './webhooks/secrets.ts';
import { settingOf } from './worker-identity.ts';

export type { Check };

type Loaded = Extract<ConfigRead, { kind: 'loaded' }>;

export type DoctorOptions = {
  read: ConfigRead;
  /** What git may inherit from, by an allow-list. */
  host: HostEnvironment;
  /** Where Temporal is said to be; may throw when the environment has problems. */
  temporal: () => { address: string; namespace: string };
  /** Throws `PortError` `Temporal.Unreachable`. */
  connect: () => Promise<Client>;
  /** Where the webhook endpoint is. */
  apiUrl: () => string;
  /** Of a running `conveyor dev`, which makes its own secret when there is none. */
  stack: () => StackFile | undefined;
  version: string;
  now: () => number;
};

/** Looks at everything a delivery needs and changes nothing. Every look is bounded; trouble is a line, not an error. */
export async function examine(options: DoctorOptions): Promise<Check[]> {
  const { read } = options;
  if (read.kind === 'invalid') {
    const problems = read.problems.map((problem) => fail('configuration', formatProblem(problem)));
    return [...problems, warn('everything else', 'not looked at before the configuration can be read')];
  }
  const { config, environment } = read;
  const { checks, reached } = await checkTemporal({ ...options.temporal(), connect: options.connect });
  return [
    ok('configuration', `${config.file}: ${Object.keys(config.projects).join(', ')}`),
    checkSecrets(environment, options.stack()),
    ...checks,
    ...(reached ? await checkWorkers(workersOf(reached, read, options)) : []),
    ...(reached ? await checkIntakes(reached, Object.keys(config.projects)) : []),
    await checkEndpoint(options.apiUrl()),
    ...(await withReadingPorts(read, options.host, (ports) => checkProviders(config, ports))),
    checkNotifiers(config, environment),
  ];
}

/** What the API would refuse to start with, and who may post. */
function checkSecrets(environment: Environment, stack: StackFile | undefined): Check {
  const secrets = webhookSecrets(environment);
  const senders = Object.keys(secrets);
  if (stack !== undefined && !senders.includes('local')) senders.push('local');
  const problem = senders.length === 0 ? secretsProblem(secrets) : undefined;
  if (problem !== undefined)
    return warn('secrets', `${problem} The API does not start without.`, 'set one and restart');
  return ok('secrets', `webhooks are taken from ${senders.join(', ')}`);
}

/** Tracker and forge as the workers have them. What needs Temporal is not called: its connection is never made. */
async function withReadingPorts<T>(
  read: Loaded,
  host: HostEnvironment,
  work: (ports: Pick<Ports, 'tracker' | 'forge'>) => Promise<T>,
): Promise<T> {
  const connection = Connection.lazy();
  const client = new Client({ connection });
  try {
    return await work(
      createPorts({ ...read, host, client, announce: () => undefined, log: pino({ level: 'silent' }) }),
    );
  } finally {
    await connection.close();
  }
}

function workersOf(
  client: Client,
  read: Loaded,
  { temporal, version, now }: DoctorOptions,
): Parameters<typeof checkWorkers>[0] {
  const queues = Object.keys(read.config.projects).map((project) => queuesOf()(project));
  return { client, namespace: temporal().namespace, queues, mine: settingOf(read, version), now: now() };
}
