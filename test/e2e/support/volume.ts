/** A data folder with board, forge and configuration, and no program yet: whoever is started on it finds the rest. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Config, ProjectConfig } from '../../../adapters/config/config.ts';
import { loadConfig } from '../../../adapters/config/load-config.ts';
import type { ForgePeople } from '../../../adapters/local/forge/people.ts';
import { createForgePeople } from '../../../adapters/local/forge/people.ts';
import type { LocalBoard } from '../../../adapters/local/tracker/board.ts';
import { createLocalBoard } from '../../../adapters/local/tracker/board.ts';
import { pathsIn } from '../../../app/paths.ts';
import { connectTo } from '../../support/workers.ts';
import type { Script } from './script.ts';

export type VolumeOptions = {
  /** The configuration file, given the folder of the agents' script. */
  yaml: (script: string) => string;
  script: Script;
  /** What every program sees besides PATH and HOME. */
  env?: Readonly<Record<string, string>>;
};

export type Volume = {
  client: Client;
  config: Config;
  folder: string;
  /** Where the scripted agents read and write. */
  script: string;
  env: Readonly<Record<string, string>>;
  board: LocalBoard;
  forge: ForgePeople;
  /** The first project. */
  project: ProjectConfig;
  /** Adds a card and moves it into the entry state; returns its key. */
  enter: (title: string, project?: ProjectConfig) => Promise<string>;
  /** Creates the file an agent waits for. */
  release: (name: string) => Promise<void>;
};

const PRODUCT = join(import.meta.dirname, '../../fixtures/product');

/** Prepares the folder; it is gone when `work` has ended. */
export async function withVolume<T>(
  server: { address: string; namespace: string },
  options: VolumeOptions,
  work: (volume: Volume) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-volume-'));
  const temporal = await connectTo(server);
  try {
    const volume = await prepare(server, options, folder, temporal.client);
    try {
      return await work(volume);
    } finally {
      await endIntakes(volume);
    }
  } finally {
    await temporal.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function prepare(
  server: { address: string; namespace: string },
  options: VolumeOptions,
  folder: string,
  client: Client,
): Promise<Volume> {
  const path = join(folder, 'conveyor.yaml');
  const script = join(folder, 'script');
  await mkdir(script);
  await writeFile(join(script, 'script.json'), JSON.stringify(options.script));
  await writeFile(path, options.yaml(script));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    ...options.env,
    CONVEYOR_CONFIG: path,
    CONVEYOR_DATA: join(folder, 'data'),
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
  };
  const loaded = loadConfig({ path, env });
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const { config } = loaded;
  const paths = pathsIn(config.data);
  const providers = { now: Date.now, announce: () => undefined };
  const board = createLocalBoard({ ...providers, root: paths.tracker });
  const forge = createForgePeople({ ...providers, root: paths.forge, env: process.env });
  const projects = Object.values(config.projects);
  for (const { key, repo, base, states } of projects) {
    await board.createBoard({ project: key, states: ['Backlog', ...Object.values(states)] });
    await forge.createRepository({ repo, from: PRODUCT, base });
  }
  const [first] = projects;
  if (!first) throw new Error('The configuration has no project');
  return {
    client,
    config,
    folder,
    script,
    env,
    board,
    forge,
    project: first,
    enter: async (title, { key: project, states } = first) => {
      const key = await board.addCard({ project, title, body: 'Please.', by: 'ada' });
      await board.moveCard({ project, key, stateName: states.entry, by: 'ada' });
      return key;
    },
    release: (name) => writeFile(join(script, name), ''),
  };
}

async function endIntakes({ client, config }: Volume): Promise<void> {
  for (const project of Object.keys(config.projects)) {
    const intake = client.workflow.getHandle(`project/${project}`);
    await intake.terminate().catch(() => undefined);
  }
}
