import { randomBytes } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../adapters/config/config.ts';
import type { Environment, HostEnvironment } from '../adapters/config/environment.ts';
import type { Child } from '../adapters/local/children.ts';
import { missingSecrets } from '../adapters/config/missing-secrets.ts';
import { formatProblem } from '../adapters/config/problem.ts';
import { startChild } from '../adapters/local/children.ts';
import { createLocalBoard } from '../adapters/local/tracker/board.ts';
import { repositoryPath } from '../adapters/local/forge/repository.ts';
import { refuseTakenPort } from '../adapters/local/refuse-taken-port.ts';
import { PortError } from '../activities/ports.ts';
import { userCacheRoot } from '../adapters/temporal/cli-cache.ts';
import type { DevServer, DevServerOptions } from '../adapters/temporal/dev-server.ts';
import { startDevServer } from '../adapters/temporal/dev-server.ts';
import { findTemporalCli } from '../adapters/temporal/find-cli.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';
import { childEnvironment } from './child-environment.ts';
import { keepRunning } from './keep-running.ts';
import { pathsIn } from './paths.ts';
import type { StackFile } from './stack-file.ts';
import { removeStackFile, writeStackFile } from './stack-file.ts';
import { untilReady } from './until-ready.ts';

export type StackOptions = {
  config: Config;
  environment: Environment;
  host: HostEnvironment;
  /** `full` survives a power loss, `normal` a killed process. */
  storage: DevServerOptions['storage'];
  /** 0 takes free ones. */
  ports: { temporal: number; ui: number };
  /** Told in one line what is being done. */
  say: (line: string) => void;
};

export type Stack = StackFile & {
  /** Settles when the Temporal server ends without being asked; worker and API are started again by themselves. */
  broken: Promise<string>;
  stop: () => Promise<void>;
};

/** The embedded Temporal, the worker and the API as one tree of processes; returns when all of them answer. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { config, say } = options;
  const { CONVEYOR_API_PORT: apiPort, CONVEYOR_WORKER_PORT: workerPort } = options.environment;
  refuseMissingSecrets(options);
  await refuseTakenPort(workerPort, 'CONVEYOR_WORKER_PORT');
  await refuseTakenPort(apiPort, 'CONVEYOR_API_PORT');
  await prepareProviders(config);
  await mkdir(pathsIn(config.data).logs, { recursive: true });
  const server = await startTemporal(options);
  const secrets = options.environment.CONVEYOR_WEBHOOK_SECRET ?? [];
  const webhookSecret = secrets[0] ?? randomBytes(24).toString('hex');
  const env = childEnvironment(options, server, [webhookSecret, ...secrets.slice(1)]);
  const programs = (['worker', 'api'] as const).map((name) => {
    const start = (): Child => startProgram(name, env, options);
    return { start, first: start() };
  });
  const file: StackFile = {
    temporalAddress: server.address,
    namespace: server.namespace,
    ...(server.uiUrl === undefined ? {} : { uiUrl: server.uiUrl }),
    apiUrl: `http://127.0.0.1:${apiPort}`,
    webhookSecret,
  };
  const { stack } = pathsIn(config.data);
  let running: { stop: () => Promise<void> }[] = programs.map(({ first }) => first);
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.stop()));
    await server.stop();
    await removeStackFile(stack);
  };
  const broken = server.ended.then(() => 'the Temporal server ended');
  const giveUp = new AbortController();
  try {
    const urls = [`http://127.0.0.1:${workerPort}/readyz`, `${file.apiUrl}/readyz`];
    // Who does not even start once has a reason that starting again does not mend.
    const failed = Promise.race([broken, ...programs.map(({ first }) => first.ended)]);
    await Promise.race([
      untilReady(urls, giveUp.signal),
      failed.then((why) => Promise.reject(notStarted(why, options))),
    ]);
    running = programs.map(({ start, first }) => keepRunning(first, { start, say }));
    await writeStackFile(stack, file);
  } catch (error) {
    giveUp.abort();
    await stop();
    throw error;
  }
  say(`worker and API answer; the Web UI is at ${server.uiUrl ?? 'no address'}`);
  return { ...file, broken, stop };
}

/** Told here, and not by a worker that ends at once. */
function refuseMissingSecrets({ config, environment }: StackOptions): void {
  const problems = missingSecrets(config, environment);
  if (problems.length > 0) throw new PortError('Config.Secrets', problems.map(formatProblem).join('\n'), 'config');
}

async function startTemporal({ config, host, storage, ports, say }: StackOptions): Promise<DevServer> {
  const cli = await findTemporalCli({ env: host, cacheRoot: userCacheRoot(host, homedir()), say });
  const server = await startDevServer({
    cliPath: cli.path,
    folder: pathsIn(config.data).temporal,
    storage,
    namespace: 'default',
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map(({ name, type }) => [name, type])),
    port: ports.temporal,
    uiPort: ports.ui,
  }).catch((error: unknown) => {
    throw withOption(error);
  });
  say(`Temporal runs at ${server.address} (CLI from ${cli.source})`);
  return server;
}

/** A taken port is told with what chooses another: only the server can tell, as its own leftover holds the same port. */
function withOption(error: unknown): unknown {
  if (!(error instanceof PortError) || !error.message.includes('address already in use')) return error;
  const option = error.message.includes('UI port') ? '--ui-port' : '--temporal-port';
  const message = `${error.message}. Choose another port with ${option}.`;
  return new PortError('Stack.PortTaken', message, 'config', { cause: error });
}

/** Boards are made when missing; a repository is somebody's code and must be there. */
async function prepareProviders(config: Config): Promise<void> {
  const paths = pathsIn(config.data);
  const board = createLocalBoard({ root: paths.tracker, now: Date.now, announce: () => undefined });
  for (const { key, repo } of Object.values(config.projects)) {
    await board.createBoard({ project: key });
    const path = repositoryPath(paths.forge, repo);
    await access(path).catch(() => {
      const what = `Project ${key} delivers ${repo}, but there is no repository ${path}.`;
      throw new PortError(
        'LocalForge.RepositoryMissing',
        `${what} Put it there: git clone --bare YOUR-REPOSITORY ${path}`,
        'config',
      );
    });
  }
}

function startProgram(name: 'worker' | 'api', env: Record<string, string>, { config }: StackOptions): Child {
  // Beside this file: sources when run from them, compiled files otherwise.
  const script = fileURLToPath(new URL(`../${name}/main${extname(import.meta.url)}`, import.meta.url));
  return startChild({ name, script, env, logFile: join(pathsIn(config.data).logs, `${name}.log`) });
}

function notStarted(why: string, { config }: StackOptions): PortError {
  const where = pathsIn(config.data).logs;
  return new PortError('Stack.NotStarted', `The stack did not start: ${why}. Its logs are in ${where}.`, 'config');
}
