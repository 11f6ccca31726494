/** Programs of ours as processes that a test kills. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execaNode } from 'execa';
import { freePorts } from '../../../adapters/temporal/free-ports.ts';
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

export type ProgramOptions = {
  env?: Readonly<Record<string, string>>;
  /** Below the project's root; the worker itself when absent. */
  script?: string;
  args?: readonly string[];
};

/** Starts a worker on the volume; `name` is that of its log, which all of that name share. */
export async function startWorker(
  { env, folder }: Pick<Volume, 'env' | 'folder'>,
  name: string,
  { env: own = {}, script = 'worker/main.ts', args = [] }: ProgramOptions = {},
): Promise<Running> {
  const [port = 0] = await freePorts(1);
  return startProgram(join(ROOT, script), {
    args,
    env: { ...env, CONVEYOR_WORKER_PORT: String(port), CONVEYOR_WORKER_GRACE: '300ms', ...own },
    log: join(folder, `${name}.log`),
    url: `http://127.0.0.1:${port}`,
  });
}

/** Starts a program from the sources, as `npm run dev` does. */
export function startProgram(
  script: string,
  { args = [], env, log, url }: { args?: readonly string[]; env: Record<string, string>; log: string; url: string },
): Running {
  const output = { file: log, append: true } as const;
  const child = execaNode(script, args, { ...asProgram(env), stdout: output, stderr: output, buffer: false });
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

export function asProgram(env: Readonly<Record<string, string>>) {
  return {
    cwd: ROOT,
    nodeOptions: ['--import', 'tsx'],
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
