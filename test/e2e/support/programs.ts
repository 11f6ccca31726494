/** The worker and the API as the programs they are, beside a board and a forge: for what only whole programs show. */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { execaNode } from 'execa';
import type { Config } from '../../../adapters/config/config.ts';
import { loadConfig } from '../../../adapters/config/load-config.ts';
import { createForgePeople } from '../../../adapters/local/forge/people.ts';
import { createLocalBoard } from '../../../adapters/local/tracker/board.ts';
import { freePorts } from '../../../adapters/temporal/free-ports.ts';
import { pathsIn } from '../../../app/paths.ts';
import type { CardRole } from '../../../domain/card.ts';
import type { ProvidedTemporal } from '../../support/temporal-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { connectTo } from '../../support/workers.ts';
import type { Script } from './script.ts';

const ROOT = join(import.meta.dirname, '../../..');
const READY_MS = 60_000;

export type ProgramsOptions = {
  project: string;
  yaml: (script: string) => string;
  script: Script;
  /** What worker, API and commands see besides PATH and HOME. */
  env: Readonly<Record<string, string>>;
};

export type Programs = {
  client: Client;
  config: Config;
  folder: string;
  apiUrl: string;
  workerUrl: string;
  /** What both programs printed. */
  printed: () => Promise<string>;
  /** Adds a card and moves it into the entry state; returns its key. */
  enter: (title: string) => Promise<string>;
  /** Runs `conveyor` with the same environment; what it printed, and how it ended. */
  conveyor: (...args: string[]) => Promise<{ output: string; exitCode: number | undefined }>;
};

/** Starts both programs on the server, and ends them when `work` has ended. */
export async function withPrograms(
  server: ProvidedTemporal,
  options: ProgramsOptions,
  work: (programs: Programs) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-programs-'));
  const temporal = await connectTo(server);
  try {
    const { config, env, urls } = await prepare(server, options, folder);
    const started = ['worker', 'api'].map((name) => startProgram(name, env, folder));
    try {
      await Promise.all(urls.map((url) => isReady(url)));
      await work({ ...programsOf(config, env, folder), client: temporal.client, apiUrl: urls[1], workerUrl: urls[0] });
    } finally {
      for (const { child } of started) child.kill('SIGTERM');
      await Promise.all(started.map(({ ended }) => ended));
    }
  } finally {
    await temporal.client.workflow
      .getHandle(`project/${options.project}`)
      .terminate()
      .catch(() => undefined);
    await temporal.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Env = Record<string, string>;

async function prepare(
  server: ProvidedTemporal,
  { yaml, script, env: given }: ProgramsOptions,
  folder: string,
): Promise<{ config: Config; env: Env; urls: [worker: string, api: string] }> {
  const [workerPort = 0, apiPort = 0] = await freePorts(2);
  const path = join(folder, 'conveyor.yaml');
  await mkdir(join(folder, 'script'));
  await writeFile(join(folder, 'script/script.json'), JSON.stringify(script));
  await writeFile(path, yaml(join(folder, 'script')));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    ...given,
    CONVEYOR_CONFIG: path,
    CONVEYOR_DATA: join(folder, 'data'),
    CONVEYOR_WORKER_PORT: String(workerPort),
    CONVEYOR_API_PORT: String(apiPort),
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
  };
  const loaded = loadConfig({ path, env });
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const { config } = loaded;
  const { tracker, forge } = pathsIn(config.data);
  const board = boardIn(tracker);
  const people = createForgePeople({ root: forge, now: Date.now, announce: () => undefined, env: process.env });
  for (const { key, repo, base, states } of Object.values(config.projects)) {
    await board.createBoard({ project: key, states: ['Backlog', ...Object.values(states)] });
    await people.createRepository({ repo, from: join(ROOT, 'test/fixtures/product'), base });
  }
  return { config, env, urls: [`http://127.0.0.1:${workerPort}`, `http://127.0.0.1:${apiPort}`] };
}

function programsOf(
  config: Config,
  env: Env,
  folder: string,
): Pick<Programs, 'config' | 'folder' | 'printed' | 'enter' | 'conveyor'> {
  const [project] = Object.values(config.projects);
  if (!project) throw new Error('The configuration has no project');
  const board = boardIn(pathsIn(config.data).tracker);
  return {
    config,
    folder,
    printed: async () =>
      (await Promise.all(['worker', 'api'].map((name) => readFile(logOf(folder, name), 'utf8')))).join('\n'),
    enter: async (title) => {
      const key = await board.addCard({ project: project.key, title, body: 'Please.', by: 'ada' });
      const role: CardRole = 'entry';
      await board.moveCard({ project: project.key, key, stateName: project.states[role], by: 'ada' });
      return key;
    },
    conveyor: async (...args) => {
      const { all, exitCode } = await execaNode(join(ROOT, 'ops/main.ts'), args, { ...program(env), all: true });
      return { output: all, exitCode };
    },
  };
}

function boardIn(root: string): ReturnType<typeof createLocalBoard> {
  return createLocalBoard({ root, now: Date.now, announce: () => undefined });
}

function startProgram(name: string, env: Env, folder: string) {
  const output = { file: logOf(folder, name) };
  const child = execaNode(join(ROOT, name, 'main.ts'), {
    ...program(env),
    stdout: output,
    stderr: output,
    buffer: false,
  });
  return { child, ended: child.then(() => undefined) };
}

function program(env: Env) {
  return {
    cwd: ROOT,
    nodeOptions: ['--import', 'tsx'],
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  } as const;
}

function logOf(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}

async function isReady(url: string): Promise<void> {
  const answers = async (): Promise<boolean> => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok ?? false;
  await waitFor(answers, `${url} to be ready`, READY_MS, 100);
}
