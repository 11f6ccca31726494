/** Programs of ours as processes that a test kills. */

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execaNode } from 'execa';
import { userCacheRoot } from '../../../adapters/temporal/cli-cache.ts';
import { freePorts } from '../../../adapters/temporal/free-ports.ts';
import { compiledSources } from '../../support/compiled.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Volume } from './volume.ts';

export const ROOT = join(import.meta.dirname, '../../..');
const READY_MS = 90_000;

export type Running = {
  pid: number;
  /** Of its health. */
  url: string;
  /** To this process alone, and not to what it started. */
  kill: (signal: NodeJS.Signals) => void;
  /** Settles when the process has ended, however it did. */
  ended: Promise<{ exitCode: number | undefined; signal: string | undefined }>;
  printed: () => Promise<string>;
  /** SIGTERM, and waits for its end. */
  stop: () => Promise<void>;
};

/** Starts a worker on the volume; `name` is that of its log, which all of that name share. */
export async function startWorker(
  { env, folder }: Pick<Volume, 'env' | 'folder'>,
  name: string,
  own: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const [port = 0] = await freePorts(1);
  return startProgram('worker/main', {
    env: { ...env, CONVEYOR_WORKER_PORT: String(port), CONVEYOR_WORKER_GRACE: '300ms', ...own },
    log: join(folder, `${name}.log`),
    url: `http://127.0.0.1:${port}`,
  });
}

/** Starts a program of ours, e.g. `api/main`. */
export async function startProgram(
  name: string,
  { env, log, url }: { env: Readonly<Record<string, string>>; log: string; url: string },
): Promise<Running> {
  const output = { file: log, append: true } as const;
  const child = execaNode(await compiledProgram(name), {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    buffer: false,
  });
  const ended = child.then(({ exitCode, signal }) => ({ exitCode, signal }));
  return {
    pid: child.pid ?? 0,
    url,
    kill: (signal) => void child.kill(signal),
    ended,
    printed: () => readFile(log, 'utf8').catch(() => ''),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The program, by its path in the sources without the ending, as it is when it was built. */
export async function compiledProgram(name: string): Promise<string> {
  return join(await compiledSources(userCacheRoot(process.env, homedir())), `${name}.js`);
}

/** Options of a program that is run from the sources, as `npm run dev` does. */
export function asProgram(env: Readonly<Record<string, string>>) {
  return {
    cwd: ROOT,
    nodeOptions: ['--import', 'tsx'],
    // Nobody who starts it by hand gives it a channel.
    ipc: false,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  } as const;
}

export async function isReady({ url }: Pick<Running, 'url'>): Promise<void> {
  const answers = async (): Promise<boolean> => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok ?? false;
  await waitFor(answers, `${url} to be ready`, READY_MS, 100);
}
