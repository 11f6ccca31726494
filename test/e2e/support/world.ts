/** A whole Conveyor for one test: real workers on the run's Temporal server over real local providers. */

import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Client } from '@temporalio/client';
import { createActivities } from '../../../activities/index.ts';
import type { Ports } from '../../../activities/ports.ts';
import type { Config, ProjectConfig } from '../../../adapters/config/config.ts';
import type { Environment } from '../../../adapters/config/environment.ts';
import { loadConfig } from '../../../adapters/config/load-config.ts';
import type { ForgePeople } from '../../../adapters/local/forge/people.ts';
import { createForgePeople } from '../../../adapters/local/forge/people.ts';
import type { LocalBoard } from '../../../adapters/local/tracker/board.ts';
import { createLocalBoard } from '../../../adapters/local/tracker/board.ts';
import type { LocalEvent } from '../../../adapters/local/webhook/event.ts';
import { createWebhookSender } from '../../../adapters/local/webhook/sender.ts';
import { createApp } from '../../../api/app.ts';
import { startServer } from '../../../api/server.ts';
import type { ApiServer } from '../../../api/server.ts';
import { createNudger, projectsDelivering } from '../../../app/nudge.ts';
import { createPorts } from '../../../app/ports.ts';
import { startServices } from '../../../app/services.ts';
import { ensureIntake } from '../../../app/tasks.ts';
import { queuesOf, taskProjectOf } from '../../../app/tasks-of.ts';
import { createReadDelivery } from '../../../app/webhooks/read-delivery.ts';
import type { CardRole } from '../../../domain/card.ts';
import { workflowBundle } from '../../../worker/bundle.ts';
import type { Queues } from '../../../workflows/messages.ts';
import { refuseCanaries, SECRETS } from '../../support/canaries.ts';
import type { ProvidedTemporal } from '../../support/temporal-server.ts';
import type { TestTemporal } from '../../support/workers.ts';
import { connectTo, withWorkers } from '../../support/workers.ts';
import { filesIn } from './everything.ts';
import { quick } from './quick.ts';
import { productConfig } from './product.ts';
import type { Script } from './script.ts';

export type WorldOptions = {
  /** What the scripted agents do; usual where nothing is said. */
  script?: Script;
  /** Events of local providers that get lost. */
  drop?: (event: LocalEvent) => boolean;
  /** Replaces parts of the ports: faults, counters. */
  ports?: (ports: Ports) => Partial<Ports>;
  /** Replaces the configuration file; default: one project with the default table. */
  yaml?: (project: { key: string; script: string }) => string;
  /** Changes the resolved configuration, e.g. a cap or a limit. */
  config?: (config: Config) => Config;
  /** Variables besides those of the world itself, e.g. a kill switch. */
  env?: Readonly<Record<string, string>>;
  /** 0: no workflow is remembered between its steps, each replays its history. */
  maxCachedWorkflows?: number;
};

export type World = {
  client: Client;
  config: Config;
  ports: Ports;
  board: LocalBoard;
  forge: ForgePeople;
  folder: string;
  /** The project cards enter. */
  project: ProjectConfig;
  queues: Queues;
  /** Of the webhook endpoint, which takes what is signed with `SECRETS`. */
  apiUrl: string;
  /** Adds a card and moves it into the entry state; returns its key. `script` is for this task's agents alone. */
  enter: (task?: { title?: string; script?: Script }) => Promise<string>;
  /** Moves the card as a person does. */
  moveCard: (key: string, role: CardRole) => Promise<void>;
  /** The prompts the role's agent was given for this task, in order. */
  prompts: (key: string, role: string) => Promise<string[]>;
  /** `<key> <role> <run> <head>` for every agent run. */
  runs: () => Promise<string[]>;
  /** Creates the file an agent with `waitFor` works until. */
  release: (name: string) => Promise<void>;
};

const log = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }, pino.destination(2));

/** Opens a world on the server, and closes it when `work` has ended. */
export async function withWorld<T>(
  server: ProvidedTemporal,
  options: WorldOptions,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-e2e-'));
  const temporal = await connectTo(server);
  try {
    const result = await inWorld(options, folder, { ...temporal, ...server }, work);
    refuseCanaries(await filesIn(folder));
    return result;
  } finally {
    await temporal.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function inWorld<T>(
  options: WorldOptions,
  folder: string,
  temporal: TestTemporal & ProvidedTemporal,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const { client } = temporal;
  const script = join(folder, 'script');
  await mkdir(script);
  const { config, environment } = await configure(options, folder, script);
  const queuePrefix = `${folder.split('-').at(-1)}-`;
  const api = await startApi(client, config);
  const sender = createWebhookSender({
    url: `${api.url}/webhooks/local`,
    secret: SECRETS.local,
    source: 'local',
    ...(options.drop ? { drop: options.drop } : {}),
    log: (message) => log.info(message),
  });
  const shared = { config, environment, host: process.env, client, announce: sender.send, log, queuePrefix };
  const made = createPorts(shared);
  const ports: Ports = { ...made, ...options.ports?.(made) };
  const providers = { root: join(config.data, 'tracker'), now: Date.now, announce: sender.send };
  const board = createLocalBoard(providers);
  const forge = createForgePeople({ ...providers, root: join(config.data, 'forge'), env: process.env });
  for (const { key, repo, base, states } of Object.values(config.projects)) {
    await board.createBoard({ project: key, states: ['Backlog', ...Object.values(states)] });
    await forge.createRepository({ repo, from: join(import.meta.dirname, '../../fixtures/product'), base });
  }
  const services = await startServices({ ...shared, environments: made.environments });
  const projects = Object.keys(config.projects);
  const queues = projects.map((project) => queuesOf(queuePrefix)(project));
  const [first] = queues;
  const [project] = Object.values(config.projects);
  if (!first || !project) throw new Error('The configuration has no project');
  const world = await worldOf(
    { client, config, ports, board, forge, folder, project, queues: first, apiUrl: api.url },
    script,
    options.script,
  );
  try {
    return await withWorkers(
      temporal,
      {
        bundle: await workflowBundle({ cacheRoot: temporal.cacheRoot }),
        activities: createActivities(ports),
        queues: { ...first, trackers: queues.map(({ tracker }) => tracker) },
        agentSlots: 4,
        ...(options.maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows: options.maxCachedWorkflows }),
      },
      async () => {
        for (const project of projects) {
          const tasks = { client, queuesOf: queuesOf(queuePrefix), projectOf: taskProjectOf(config) };
          await ensureIntake(tasks, project);
        }
        return work(world);
      },
    );
  } finally {
    for (const project of projects)
      await client.workflow
        .getHandle(`project/${project}`)
        .terminate()
        .catch(() => undefined);
    await services.stop();
    await sender.settled();
    await api.close();
  }
}

async function configure(
  options: WorldOptions,
  folder: string,
  script: string,
): Promise<{ config: Config; environment: Environment }> {
  const path = join(folder, 'conveyor.yaml');
  const key = uniqueProject();
  await writeFile(path, options.yaml?.({ key, script }) ?? productConfig(key, script));
  const loaded = loadConfig({ path, env: { ...options.env, CONVEYOR_DATA: join(folder, 'data') } });
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const config = quick(loaded.config);
  return { config: options.config?.(config) ?? config, environment: loaded.environment };
}

/** Workflow ids are global on the run's server, so every world has a project of its own. */
let projects = 0;
function uniqueProject(): string {
  projects += 1;
  return `T${process.pid}X${projects}`;
}

function startApi(client: Client, config: Config): Promise<ApiServer> {
  const app = createApp({
    secrets: { plane: [SECRETS.plane], gitea: [SECRETS.gitea], local: [SECRETS.local] },
    read: createReadDelivery(config),
    nudge: createNudger({ client, projectsOf: projectsDelivering(config) }),
    ready: () => client.workflowService.getSystemInfo({}),
    requestsPerMinute: 100_000,
    log,
  });
  return startServer(app, { port: 0 });
}

type Parts = Omit<World, 'enter' | 'moveCard' | 'prompts' | 'runs' | 'release'>;

async function worldOf(parts: Parts, folder: string, script: Script = {}): Promise<World> {
  const { board, project } = parts;
  let written = script;
  let writing = Promise.resolve();
  const write = (more: Script): Promise<void> => {
    written = { ...written, ...more };
    // One after the other, so that the newest is the last.
    writing = writing.then(() => replaceFile(join(folder, 'script.json'), JSON.stringify(written)));
    return writing;
  };
  const moveCard: World['moveCard'] = async (key, role) => {
    await board.moveCard({ project: project.key, key, stateName: project.states[role], by: 'ada' });
  };
  await write({});
  return {
    ...parts,
    moveCard,
    enter: async ({ title = 'Greet the visitor', script: own = {} } = {}) => {
      const key = await board.addCard({ project: project.key, title, body: 'Please.', by: 'ada' });
      await write(Object.fromEntries(Object.entries(own).map(([role, runs]) => [`${key}:${role}`, runs])));
      await moveCard(key, 'entry');
      return key;
    },
    prompts: async (key, role) => {
      const read = async (run: number): Promise<string[]> => {
        const text = await readFile(join(folder, 'prompts', key, `${role}-${run}.md`), 'utf8').catch(() => undefined);
        return text === undefined ? [] : [text, ...(await read(run + 1))];
      };
      return read(1);
    },
    runs: async () => (await readFile(join(folder, 'runs.log'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
    release: (name) => writeFile(join(folder, name), ''),
  };
}

/** At once: agents read it at any moment, and half a file would look like a crash of theirs. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, path);
}
