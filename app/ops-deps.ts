import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { PortError } from '../activities/ports.ts';
import type { Environment, HostEnvironment } from '../adapters/config/environment.ts';
import { readEnvironment } from '../adapters/config/environment.ts';
import { formatProblem } from '../adapters/config/problem.ts';
import { VARIABLES } from '../adapters/config/variables.ts';
import type { AgentLog } from './agent-logs.ts';
import { agentLogsOf } from './agent-logs.ts';
import { apiUrlOf } from './api-url.ts';
import type { Boards } from './boards.ts';
import { createBoards } from './boards.ts';
import type { Check } from './doctor.ts';
import { pathsIn } from './paths.ts';
import { refuseClosedPort } from './probe.ts';
import type { ConfigRead } from './settings.ts';
import type { SetupOptions, SetupStep } from './setup.ts';
import { loadConfig } from './settings.ts';
import type { StackFile } from './stack-file.ts';
import { readStackFile } from './stack-file.ts';
import { connectClient, temporalOptions } from './temporal.ts';
import { readVersion } from './version.ts';

const DEFAULT_ADDRESS = '127.0.0.1:7233';

/** Everything the commands touch the world with. Nothing is read before the first call. */
export function createOpsDeps<Io extends { stderr: { write(text: string): unknown } }>(env: HostEnvironment, io: Io) {
  const clients: Client[] = [];
  const settings = once(() => readEnv(env));
  // Not through `settings`: problems of the file and of the environment are told together.
  const config = once(() => loadConfig({ path: configPath(env), env }));
  const paths = once(() => pathsIn(dataFolder(settings(), config())));
  const stack = once(() => readStackFile(paths().stack));
  const temporal = () => {
    const running = settings().TEMPORAL_ADDRESS === undefined ? stack() : undefined;
    return temporalOptions(running ? { address: running.temporalAddress, namespace: running.namespace } : {}, env);
  };

  async function connect(): Promise<Client> {
    const options = temporal();
    const address = options.connection.address ?? DEFAULT_ADDRESS;
    try {
      await refuseClosedPort(address);
      const client = await connectClient(options);
      clients.push(client);
      return client;
    } catch (cause) {
      throw unreachable(address, cause);
    }
  }

  return {
    io,
    /** Throws `Temporal.Unreachable`. */
    connect,
    /** Prepares Temporal for the projects of a configuration without problems; throws `PortError`. */
    async setup(options: Pick<SetupOptions, 'config' | 'mode'>): Promise<SetupStep[]> {
      const { setUp } = await import('./setup.ts');
      return setUp({ ...options, client: await connect(), namespace: temporal().namespace });
    },
    /** Everything a delivery needs, a line for each; changes nothing. */
    async doctor(): Promise<Check[]> {
      const { examine } = await import('./doctor.ts');
      return examine({
        read: config(),
        host: env,
        temporal: () => {
          const { connection, namespace } = temporal();
          return { address: connection.address ?? DEFAULT_ADDRESS, namespace };
        },
        connect,
        apiUrl: () => apiOf(env, stack()),
        stack,
        version: readVersion(),
        now: Date.now,
      });
    },
    loadConfig: (): ConfigRead => config(),
    async boards(): Promise<Boards> {
      const warn = (message: string): void => void io.stderr.write(`${message}\n`);
      return createBoards({ root: paths().tracker, hook: webhookOf(settings(), env, stack()), warn });
    },
    /** Where the Temporal Web UI shows the workflow; undefined when it is not known. */
    webUi(workflowId: string): string | undefined {
      const running = stack();
      if (running?.uiUrl === undefined) return undefined;
      return `${running.uiUrl}/namespaces/${running.namespace}/workflows/${encodeURIComponent(workflowId)}`;
    },
    logs: (key: string): Promise<AgentLog[]> => agentLogsOf(paths().agentLogs, key),
    now: Date.now,
    /** Who answers and moves cards. */
    user: (): string => env['USER'] || systemUser(),
    /** Ends the connections that `connect` made. */
    async close(): Promise<void> {
      await Promise.all(clients.splice(0).map((client) => client.connection.close()));
    },
  };
}

function readEnv(env: HostEnvironment): Environment {
  const read = readEnvironment(env);
  if (read.kind === 'loaded') return read.environment;
  throw new PortError('Config.Environment', read.problems.map(formatProblem).join('\n'), 'config');
}

function configPath(env: HostEnvironment): string {
  return VARIABLES.CONVEYOR_CONFIG.schema.parse(env['CONVEYOR_CONFIG'] || undefined);
}

/** A stack that runs is still answered for while its configuration is being edited: the folder's default is taken then. */
function dataFolder(environment: Environment, read: ConfigRead): string {
  if (read.kind === 'loaded') return read.config.data;
  return resolve(environment.CONVEYOR_DATA ?? resolve(dirname(environment.CONVEYOR_CONFIG), '.conveyor'));
}

function webhookOf(
  environment: Environment,
  env: HostEnvironment,
  running: StackFile | undefined,
): { url: string; secret: string } | undefined {
  const secret = environment.CONVEYOR_WEBHOOK_SECRET?.[0] ?? running?.webhookSecret;
  if (secret === undefined) return undefined;
  return { url: new URL('/webhooks/local', apiOf(env, running)).href, secret };
}

/** The address or the port that was asked for, else the running stack's, else the usual one. */
function apiOf(env: HostEnvironment, running: StackFile | undefined): string {
  const [url, port] = [env['CONVEYOR_API_URL'] || undefined, env['CONVEYOR_API_PORT'] || undefined];
  if (url === undefined && port === undefined && running) return running.apiUrl;
  return apiUrlOf({
    CONVEYOR_API_URL: VARIABLES.CONVEYOR_API_URL.schema.parse(url),
    CONVEYOR_API_PORT: VARIABLES.CONVEYOR_API_PORT.schema.parse(port),
  });
}

function unreachable(address: string, cause: unknown): PortError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PortError(
    'Temporal.Unreachable',
    `Cannot reach Temporal at ${address} (${why}). Is it running? Try: conveyor dev, or set TEMPORAL_ADDRESS.`,
    'transient',
    { cause },
  );
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under an id that has no name.
    return 'operator';
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
