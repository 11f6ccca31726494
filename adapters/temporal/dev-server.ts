import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PortError } from '../../activities/ports.ts';
import type { ProcessIdentity } from '../local/processes/identity.ts';
import type { Exit } from '../local/processes/start.ts';
import { start } from '../local/processes/start.ts';
import { stop } from '../local/processes/stop.ts';
import { withLock } from '../local/store/lock.ts';
import { freePorts } from './free-ports.ts';
import { operate } from './operator.ts';
import type { SearchAttributes, Storage, Timers } from './server-command.ts';
import { searchAttributeArguments, serverCommand } from './server-command.ts';
import { forgetServer, recordServer, serverMarker, stopLeftover } from './server-record.ts';

export type DevServerOptions = {
  cliPath: string;
  /** The server's own folder: `temporal.db`, `temporal.log`, `server.json`. At most one server works on it. */
  folder: string;
  storage: Storage;
  namespace: string;
  searchAttributes: SearchAttributes;
  /** 0 (default) takes a free one. */
  port?: number;
  /** 0 takes a free one; without it there is no Web UI. */
  uiPort?: number;
  timers?: Timers;
  /** How long a closed workflow is kept, in days; default 90. */
  retentionDays?: number;
};

export type DevServer = {
  /** `host:port` for clients and workers. */
  address: string;
  uiUrl?: string;
  namespace: string;
  pid: number;
  logFile: string;
  /** Settles when the server's process ends, asked for or not. */
  ended: Promise<Exit>;
  /** Returns once it is dead. Calling it again does nothing. */
  stop(): Promise<void>;
};

type Ports = { port: number; uiPort: number | undefined };
type Started = { kind: 'ready'; process: ProcessIdentity; exit: Promise<Exit> } | { kind: 'ended'; detail: string };

const READY_MS = 30_000;
const STOP_MS = 10_000;
const STARTS = 3;

/**
 * Starts a Temporal server on loopback and returns once it answers, its namespace keeps closed workflows for the
 * retention and its search attributes are registered. What a killed owner left on the folder is stopped first.
 * The server is in a process group of its own: Ctrl-C reaches us, and we stop the workers before it.
 * Throws `Temporal.FolderInUse`, `Temporal.NotStarted`, `Temporal.SearchAttributes`.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  return withLock(join(options.folder, 'server'), async () => {
    await stopLeftover(options.folder);
    await keepPreviousLog(options.folder);
    for (let left = STARTS - 1; ; left -= 1) {
      const ports = await choosePorts(options);
      const started = await startOn(ports, options);
      if (started.kind === 'ready') return running(options, ports, started);
      // A free port may be taken by somebody else before the server binds it.
      if (left === 0 || options.port || !/address already in use/.test(started.detail))
        throw notStarted(started.detail);
    }
  });
}

async function choosePorts({ port, uiPort }: DevServerOptions): Promise<Ports> {
  const [one = 0, other = 0] = await freePorts(2);
  return { port: port || one, uiPort: uiPort === undefined ? undefined : uiPort || other };
}

async function startOn(ports: Ports, options: DevServerOptions): Promise<Started> {
  const { folder } = options;
  const started = await start({
    command: serverCommand({ timers: 'usual', ...options, ...ports }),
    cwd: folder,
    env: { HOME: folder },
    logFile: logFile(folder),
    marker: serverMarker(folder),
  });
  if (started.kind === 'failed') return { kind: 'ended', detail: started.detail };
  if (started.kind === 'ended') return { kind: 'ended', detail: await lastError(folder) };
  await recordServer(folder, started.process, addressOf(ports));
  const detail = await untilReady(options, addressOf(ports), started.exit);
  if (detail === undefined) return { ...started, kind: 'ready' };
  await stop(started.process, STOP_MS);
  return { kind: 'ended', detail };
}

/** undefined when it is ready, else what went wrong. */
async function untilReady(
  { cliPath, namespace, searchAttributes, folder, retentionDays = 90 }: DevServerOptions,
  address: string,
  exit: Promise<Exit>,
): Promise<string | undefined> {
  const death = exit.then(() => 'ended' as const);
  const deadline = performance.now() + READY_MS;
  const retention = ['operator', 'namespace', 'update', '--namespace', namespace, '--retention', `${retentionDays}d`];
  for (;;) {
    const answer = await Promise.race([death, operate(cliPath, address, retention)]);
    if (answer === 'ended') return lastError(folder);
    if (answer.kind === 'done') break;
    if (performance.now() > deadline) return `it does not answer on ${address}: ${answer.detail}`;
    await pause(20);
  }
  if (Object.keys(searchAttributes).length === 0) return undefined;
  const registered = await operate(cliPath, address, searchAttributeArguments(namespace, searchAttributes));
  return registered.kind === 'done' ? undefined : registered.detail;
}

function running(options: DevServerOptions, ports: Ports, started: Started & { kind: 'ready' }): DevServer {
  const { folder, namespace } = options;
  return {
    address: addressOf(ports),
    ...(ports.uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${ports.uiPort}` }),
    namespace,
    pid: started.process.pid,
    logFile: logFile(folder),
    ended: started.exit,
    stop: async () => {
      // What is in memory only has nothing to bring to safety, and a server asked to end takes a second.
      await stop(started.process, options.storage === 'memory' ? 0 : STOP_MS);
      await forgetServer(folder);
    },
  };
}

function addressOf({ port }: Ports): string {
  return `127.0.0.1:${port}`;
}

function logFile(folder: string): string {
  return join(folder, 'temporal.log');
}

async function keepPreviousLog(folder: string): Promise<void> {
  await rename(logFile(folder), join(folder, 'temporal.previous.log')).catch(() => undefined);
}

async function lastError(folder: string): Promise<string> {
  const log = await readFile(logFile(folder), 'utf8').catch(() => '');
  return log.split('\n').findLast((line) => /error/i.test(line)) ?? `it ended at once, see ${logFile(folder)}`;
}

function notStarted(detail: string): PortError {
  return new PortError('Temporal.NotStarted', `Cannot start the embedded Temporal server: ${detail}`, 'config');
}
