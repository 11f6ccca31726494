import { pino } from 'pino';
import type { Logger } from 'pino';
import type { HostEnvironment } from '../adapters/config/environment.ts';
import { readEnvironment } from '../adapters/config/environment.ts';
import { hostEnvironment } from '../adapters/config/host-environment.ts';
import type { ConfigRead } from '../adapters/config/load-config.ts';
import { loadConfig } from '../adapters/config/load-config.ts';
import { missingSecrets } from '../adapters/config/missing-secrets.ts';
import { formatProblem } from '../adapters/config/problem.ts';

export { hostEnvironment };
export type { HostEnvironment };

export type Program = Extract<ConfigRead, { kind: 'loaded' }> & { host: HostEnvironment; log: Logger };

const USAGE = 2;

/** What every long-running program of ours starts with; ends the process with every problem when there is one. */
export function openProgram(name: 'api' | 'worker'): Program {
  const host = hostEnvironment();
  const environment = readEnvironment(host);
  const path = environment.kind === 'loaded' ? environment.environment.CONVEYOR_CONFIG : 'conveyor.yaml';
  const read = loadConfig({ path, env: host });
  // Only the worker sends.
  const missing = read.kind === 'loaded' && name === 'worker' ? missingSecrets(read.config, read.environment) : [];
  if (read.kind === 'loaded' && missing.length === 0) {
    const log = pino({ name, level: read.environment.LOG_LEVEL }, pino.destination({ dest: 2, sync: true }));
    return { ...read, host, log };
  }
  const problems = read.kind === 'loaded' ? missing : read.problems;
  process.stderr.write(`${problems.map(formatProblem).join('\n')}\n`);
  return process.exit(USAGE);
}

/** Stops the program when its parent dies or asks: the channel closes, or a signal arrives. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  // They stay installed: libraries that clean up on signals end the process when nobody else listens.
  process.on('SIGINT', stop).on('SIGTERM', stop).on('disconnect', stop);
  return stopping.signal;
}
