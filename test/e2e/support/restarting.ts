/** A worker that is started again whenever it dies, as a service manager does it, with the next one always ready. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execaNode } from 'execa';
import { freePorts } from '../../../adapters/temporal/free-ports.ts';
import { compiledProgram } from './program.ts';
import type { Volume } from './volume.ts';

const DYING = 'test/e2e/support/dying-worker';

export type Restarting = {
  /** Points of the plan that have not come yet. */
  due: () => Promise<string[]>;
  /** How often a worker died. */
  deaths: () => number;
  printed: () => Promise<string>;
  /** Rejects when a worker ended otherwise than by its plan. */
  broken: Promise<never>;
  stop: () => Promise<void>;
};

type Child = ReturnType<typeof start>;

/** Starts it with a plan: it dies once at each of these points. A script of its own may read its folder otherwise. */
export async function startRestarting(
  volume: Volume,
  points: readonly string[],
  { program = DYING, plan = join(volume.folder, 'plan') }: { program?: string; plan?: string } = {},
): Promise<Restarting> {
  await mkdir(plan, { recursive: true });
  await Promise.all(points.map((point) => writeFile(join(plan, `${point}.due`), '')));
  const [port = 0] = await freePorts(1);
  const script = await compiledProgram(program);
  const env = { ...volume.env, CONVEYOR_WORKER_PORT: String(port), CONVEYOR_WORKER_GRACE: '300ms' };
  const log = join(volume.folder, 'worker.log');
  let deaths = 0;
  let stopping = false;
  let current: Child | undefined;
  let spare: Child | undefined;

  async function keepRunning(): Promise<void> {
    for (let next = start(script, plan, env, log); ;) {
      current = next;
      current.go();
      // The next one loads while this one works.
      next = start(script, plan, env, log);
      spare = next;
      const { signal, exitCode } = await current.ended;
      if (stopping) return;
      if (signal !== 'SIGKILL') {
        const last = (await readFile(log, 'utf8')).trim().split('\n').slice(-20).join('\n');
        throw new Error(`The worker ended with ${signal ?? exitCode}:\n${last}`);
      }
      deaths++;
    }
  }

  const running = keepRunning();
  const broken = running.then(() => new Promise<never>(() => undefined));
  broken.catch(() => undefined);
  return {
    broken,
    due: async () => (await readdir(plan)).filter((name) => name.endsWith('.due')).map((name) => name.slice(0, -4)),
    deaths: () => deaths,
    printed: () => readFile(log, 'utf8').catch(() => ''),
    stop: async () => {
      stopping = true;
      spare?.kill('SIGKILL');
      current?.kill('SIGTERM');
      await running;
    },
  };
}

function start(script: string, plan: string, env: Record<string, string>, log: string) {
  const output = { file: log, append: true } as const;
  const child = execaNode(script, [plan], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    buffer: false,
    ipc: true,
    cleanup: true,
  });
  const loaded = new Promise<void>((resolve) => child.once('message', () => resolve()));
  return {
    go: (): void => void loaded.then(() => child.send('go')),
    ended: child.then(({ signal, exitCode }) => ({ signal, exitCode })),
    kill: (signal: NodeJS.Signals): void => void child.kill(signal),
  };
}
