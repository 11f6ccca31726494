/** The programs of docker-compose.yml as processes: each with its command, its environment and its health check. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { execa, execaNode } from 'execa';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createForgePeople } from '../../adapters/local/forge/people.ts';
import { createLocalBoard } from '../../adapters/local/tracker/board.ts';
import { freePorts } from '../../adapters/temporal/free-ports.ts';
import { pathsIn } from '../../app/paths.ts';
import { taskWorkflowId } from '../../workflows/messages.ts';
import type { Service } from '../docker/compose-file.ts';
import { environmentOf, readCompose } from '../docker/compose-file.ts';
import { finalStage, healthCommand, only, readDockerfile, words } from '../docker/dockerfile.ts';
import { waitFor } from '../support/wait-for.ts';
import { connectTo } from '../support/workers.ts';
import { outcomeOf } from './support/person.ts';
import { productConfig } from './support/product.ts';
import { TEST_MS } from './support/use-world.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROJECT = `BOX${process.pid}`;
const NAMESPACE = `containers-${process.pid}`;
const START_MS = 180_000;
const POLL = 'poll: 200ms';

// prettier-ignore
const ROWS = `
      - { name: build,   work: 'agent: developer', leave: [{ gate: ci, ${POLL} }], pass: try-out, fail: build }
      - { name: try-out, prepare: sync, enter: [{ gate: merge, ${POLL} }], work: 'action: candidate',
          leave: [{ gate: staging, ${POLL} }], pass: go-live, fail: build, lane: product }
      - { name: go-live, prepare: land, enter: [{ gate: fresh, ${POLL} }], work: 'action: promote',
          leave: [{ gate: health, ${POLL} }], pass: done, fail: build, lane: product, compensate: [restore, revert] }`;

type Env = Record<string, string>;
type Container = { child: ReturnType<typeof start>; env: Env; health: string[] };

const compose = readCompose();
const image = finalStage(readDockerfile());
let folder: string;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let containers: Record<'control' | 'worker-1' | 'worker-2' | 'api', Container>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyor-containers-'));
  const { address } = inject('temporal');
  temporal = await connectTo({ address, namespace: NAMESPACE });
  await prepareData();
  const [control = 0, first = 0, second = 0, api = 0] = await freePorts(4);
  // What a container has of its own, and these processes do not: files, ports, names in the network.
  const here = (service: string, port: Env): Env => ({
    PATH: process.env['PATH'] ?? '',
    // The bundled workflows are kept there.
    HOME: process.env['HOME'] ?? '',
    ...environmentOf(serviceOf(service), { CONVEYOR_WEBHOOK_SECRET: 'of this test', TEMPORAL_NAMESPACE: NAMESPACE }),
    CONVEYOR_CONFIG: join(folder, 'conveyor.yaml'),
    CONVEYOR_DATA: join(folder, 'data'),
    CONVEYOR_API_URL: `http://127.0.0.1:${api}`,
    TEMPORAL_ADDRESS: address,
    ...port,
  });
  const setup = await run(serviceOf('setup').command ?? [], here('setup', {}));
  expect(setup, setup.all).toMatchObject({ exitCode: 0 });
  containers = {
    control: open('control', here('control', { CONVEYOR_WORKER_PORT: String(control) })),
    'worker-1': open('worker', here('worker', { CONVEYOR_WORKER_PORT: String(first) })),
    'worker-2': open('worker', here('worker', { CONVEYOR_WORKER_PORT: String(second) })),
    api: open('api', here('api', { CONVEYOR_API_PORT: String(api) })),
  };
}, START_MS);

afterAll(async () => {
  for (const { child } of Object.values(containers ?? {})) child.kill('SIGKILL');
  await Promise.all(Object.values(containers ?? {}).map(({ child }) => child));
  await temporal.close();
  await rm(folder, { recursive: true, force: true });
});

it(
  'are healthy once they run, deliver a card with two workers for agents, and are not healthy once they are stopped',
  async () => {
    for (const name of names()) await waitFor(async () => (await ask(name)) === 0, `${name} to be healthy`, START_MS);

    const key = await enter('Greet the visitor');
    expect(await outcomeOf(temporal, key)).toBe('done');
    const { agents, others } = await whoDid(temporal.client, key);
    const [control, ...workers] = [containers.control, containers['worker-1'], containers['worker-2']].map(pidOf);
    expect([...others]).toEqual([control]);
    expect(workers).toEqual(expect.arrayContaining([...agents]));
    expect(agents.size).toBe(1);
    expect(await told()).toBeGreaterThan(0);

    // `control`, the first, comes last: it has the environments, and ends them when no other worker is left.
    for (const name of names().toReversed()) {
      containers[name].child.kill('SIGTERM');
      expect(await containers[name].child, name).toMatchObject({ exitCode: 0 });
      expect(await ask(name), name).not.toBe(0);
    }
  },
  TEST_MS,
);

function names(): (keyof typeof containers)[] {
  return Object.keys(containers) as (keyof typeof containers)[];
}

function serviceOf(name: string): Service {
  const service = compose.services[name];
  if (!service) throw new Error(`Compose has no service ${name}`);
  return service;
}

function open(name: string, env: Env): Container {
  const { command = words(only(image, 'CMD').rest), healthcheck } = serviceOf(name);
  const own = healthcheck !== undefined && 'test' in healthcheck ? healthcheck.test.slice(1) : undefined;
  return { child: start(command, env), env, health: own ?? healthCommand(image) };
}

/** Runs the health check exactly as it is written; its exit code. */
async function ask(name: keyof typeof containers): Promise<number | undefined> {
  const { env, health } = containers[name];
  const [program = '', ...args] = health;
  return (await execa(program, args, { env, extendEnv: false, reject: false })).exitCode;
}

/** The program that the image has built, from its source. */
function start(command: readonly string[], env: Env) {
  const [program, ...args] = command;
  const [script = '', ...rest] = program === 'conveyor' ? ['dist/ops/main.js', ...args] : args;
  const source = join(ROOT, script.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
  const options = { cwd: ROOT, nodeOptions: ['--import', 'tsx'], env, extendEnv: false, reject: false } as const;
  return execaNode(source, rest, { ...options, stdin: 'ignore', all: true });
}

async function run(command: readonly string[], env: Env): Promise<{ exitCode?: number | undefined; all: string }> {
  const { exitCode, all } = await start(command, env);
  return { exitCode, all };
}

/** As `docker compose exec control conveyor board …`. */
async function enter(title: string): Promise<string> {
  const board = async (...args: string[]): Promise<string> => {
    const { exitCode, all } = await run(['conveyor', 'board', ...args], containers.control.env);
    expect(exitCode, all).toBe(0);
    return all;
  };
  const [key = ''] = (await board('add', title, '--start')).match(new RegExp(`${PROJECT}-\\d+`)) ?? [];
  return key;
}

/** The processes that ran the task's agents, and those that ran everything else. */
async function whoDid(client: Client, key: string): Promise<{ agents: Set<number>; others: Set<number> }> {
  const { events = [] } = await client.workflow.getHandle(taskWorkflowId(key)).fetchHistory();
  const scheduled = new Map(
    events?.map((event) => [String(event.eventId), event.activityTaskScheduledEventAttributes]),
  );
  const found = { agents: new Set<number>(), others: new Set<number>() };
  for (const { activityTaskStartedEventAttributes: started } of events ?? []) {
    if (!started) continue;
    const type = scheduled.get(String(started.scheduledEventId))?.activityType?.name;
    found[type === 'runAgent' ? 'agents' : 'others'].add(Number.parseInt(started.identity ?? '', 10));
  }
  return found;
}

function pidOf({ child }: Container): number {
  return child.pid ?? 0;
}

/** How many webhooks of the local providers the API has taken. */
async function told(): Promise<number> {
  const { CONVEYOR_API_URL: url = '' } = containers.control.env;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const taken = [...metrics.matchAll(/^conveyor_webhooks_total\{sender="local",outcome="\w+"\} (\d+)$/gm)];
  return taken.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** What a person puts into the volume and beside the Compose file. */
async function prepareData(): Promise<void> {
  const scripts = join(folder, 'script');
  await mkdir(scripts);
  await writeFile(
    join(scripts, 'script.json'),
    JSON.stringify({ developer: [{ files: { 'service/greeting.txt': 'hi\n' } }] }),
  );
  const yaml = productConfig(PROJECT, scripts, {
    roles: ['developer'],
    project: '    pipeline: own\n    policy: { healthWindow: 300ms }',
    top: `pipelines:\n  own:\n    stages:\n${ROWS}\n    looks: { trouble: 500ms, person: 500ms, retry: 20ms, debounce: 20ms }`,
  });
  await writeFile(join(folder, 'conveyor.yaml'), yaml);
  const { tracker, forge } = pathsIn(join(folder, 'data'));
  await createLocalBoard({ root: tracker, now: Date.now, announce: () => undefined }).createBoard({ project: PROJECT });
  const people = createForgePeople({ root: forge, now: Date.now, announce: () => undefined, env: process.env });
  await people.createRepository({
    repo: PROJECT.toLowerCase(),
    from: join(ROOT, 'test/fixtures/product'),
    base: 'main',
  });
}
