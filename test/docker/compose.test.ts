/** There may be no container engine where these tests run: what can go wrong is looked for in the text. */

import { isMap, isPair, parseDocument, visit } from 'yaml';
import { describe, expect, it, test } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../adapters/config/environment.ts';
import type { Environment } from '../../adapters/config/environment.ts';
import { VARIABLES } from '../../adapters/config/variables.ts';
import { code, readDocument, ROOT, tableOf } from '../docs/documents.ts';
import { isBuilt, PACKAGE } from './built-files.ts';
import { asked, COMPOSE_TEXT, environmentOf, filledIn, ours, readCompose } from './compose-file.ts';
import type { Service } from './compose-file.ts';

const compose = readCompose();
const all = Object.entries(compose.services);
const workers = ours(compose).filter(([, { environment }]) => 'CONVEYOR_WORKER_QUEUES' in environment);
const SECRET = /SECRET|PASSWORD|PWD|TOKEN|_KEY/;
const GIVEN = { CONVEYOR_WEBHOOK_SECRET: 'of this test', POSTGRES_PASSWORD: 'of this test' };

const loaded = (service: Service): Environment => {
  const read = readEnvironment(environmentOf(service, GIVEN));
  if (read.kind === 'invalid') throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.environment;
};

describe('what Compose is asked', () => {
  it.each(['  api:\n    commnad: [x]', '  api:\n    image: x\n    privileged: true'])(
    'is checked: %j is refused',
    (text) => {
      expect(() => readCompose(`name: x\nconfigs: {}\nnetworks: {}\nvolumes: {}\nservices:\n${text}\n`)).toThrow();
    },
  );

  test('every variable is documented, and a required one says what to do', () => {
    const ownVariables = tableOf(readDocument('docs/configuration.md'), 'in Compose').rows.map(([name]) => code(name));
    const documented = [...Object.keys(VARIABLES), ...ownVariables];
    const variables = asked(COMPOSE_TEXT);
    expect(variables.map(({ name }) => name).filter((name) => !documented.includes(name))).toEqual([]);
    expect(ownVariables.filter((name) => !variables.some((variable) => variable.name === name))).toEqual([]);
    for (const { sign, words } of variables)
      expect([sign, words]).toEqual([expect.stringMatching(/^[-?]$/), expect.stringMatching(/./)]);
  });

  test('defaults are those of the table', () => {
    const rows = tableOf(readDocument('docs/configuration.md'), 'in Compose').rows.map((row) =>
      row.slice(0, 2).map(code),
    );
    for (const [name = '', value] of rows) {
      const found = asked(COMPOSE_TEXT).filter((variable) => variable.name === name);
      const words = new Set(found.map((variable) => (variable.sign === '?' ? 'required' : variable.words)));
      expect([name, [...words]]).toEqual([name, [value]]);
    }
  });

  test('no secret has a value here: it is required, or handed on', () => {
    const secrets = all
      .flatMap(([, { environment }]) => Object.entries(environment))
      .filter(([name]) => SECRET.test(name));
    expect(secrets.length).toBeGreaterThan(5);
    for (const [name, value] of secrets) {
      expect([name, value]).toEqual([name, value === null ? null : expect.stringMatching(/^\$\{\w+:\?[^}]+\}$/)]);
    }
  });

  test.each(Object.keys(GIVEN))('without %s nothing starts', (name) => {
    const without = Object.fromEntries(Object.entries(GIVEN).filter(([other]) => other !== name));
    expect(() => filledIn(COMPOSE_TEXT, without)).toThrow(`put ${name} into .env`);
  });
});

describe.each(all)('%s', (name, service) => {
  it('stands on an image of one version', () => {
    expect(service.image).toMatch(/^[a-z/-]+:\d+\.\d+(?:\.\d+)?(?:-bookworm)?$/);
  });

  it('tells how it is, or why it cannot be asked', () => {
    const { healthcheck, build } = service;
    if (healthcheck !== undefined && 'disable' in healthcheck) expect(commentBefore(name, 'healthcheck')).toMatch(/\w/);
    // Without one of its own it has the image's, which asks a worker.
    else
      expect(healthcheck ?? (build === undefined ? undefined : loaded(service).CONVEYOR_WORKER_QUEUES)).toBeDefined();
  });

  it('is reached from this machine only', () => {
    for (const port of service.ports) expect(filledIn(port, {})).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('names only what is there', () => {
    const { depends_on, volumes, networks, configs, pid } = service;
    const services = [...Object.keys(depends_on), ...(pid === undefined ? [] : [pid.replace(/^service:/, '')])];
    expect(services.filter((other) => !(other in compose.services))).toEqual([]);
    const stored = volumes.filter(({ type }) => type === 'volume');
    expect(stored.filter(({ source }) => !(source in compose.volumes))).toEqual([]);
    expect(networks.filter((network) => !(network in compose.networks))).toEqual([]);
    expect(configs.filter(({ source }) => !(source in compose.configs))).toEqual([]);
    for (const [other, { condition }] of Object.entries(depends_on)) {
      const waited = compose.services[other];
      const asksHealth = waited?.healthcheck !== undefined && 'test' in waited.healthcheck;
      const ends = waited?.restart === 'on-failure:5';
      expect([other, condition]).toEqual([other, conditionFor(asksHealth, ends)]);
    }
  });

  it('can run more than once', () => {
    expect(service).not.toHaveProperty('container_name');
  });
});

describe('the services of our image', () => {
  it.each(ours(compose))('%s gets only variables that Conveyor knows, and takes them', (_name, service) => {
    expect(Object.keys(service.environment).filter((name) => !(name in VARIABLES))).toEqual([]);
    expect(loaded(service)).toBeDefined();
  });

  it.each(ours(compose))('%s holds no privilege and starts what the build makes', (_name, service) => {
    expect([service.cap_drop, service.security_opt]).toEqual([['ALL'], ['no-new-privileges:true']]);
    const [program = '', script = ''] = service.command ?? ['node', 'dist/worker/main.js'];
    if (program === 'node') expect(isBuilt(script)).toBe(true);
    else expect([...Object.keys(PACKAGE.bin), 'sleep']).toContain(program);
  });

  it("listen beyond their own loopback only where this machine's loopback leads", () => {
    const open = ours(compose).filter(([, service]) => loaded(service).CONVEYOR_BIND !== '127.0.0.1');
    const published = ours(compose).filter(([, { ports }]) => ports.length > 0);
    expect(open.map(([name]) => name)).toEqual(['api']);
    expect(published.map(([name]) => name)).toEqual(['api']);
  });

  it('agree on everything that must be the same on all workers', () => {
    const mayDiffer = [
      'CONVEYOR_WORKER_QUEUES',
      'CONVEYOR_BIND',
      'CONVEYOR_PLANE_WEBHOOK_SECRET',
      'CONVEYOR_GITEA_WEBHOOK_SECRET',
      'CONVEYOR_TELEGRAM_TOKEN',
      'CONVEYOR_NOTIFY_SECRET',
    ];
    const shared = [...workers, ...ours(compose).filter(([name]) => name === 'api')].map(([, { environment }]) =>
      Object.entries(environment).filter(([name]) => !mayDiffer.includes(name)),
    );
    expect(new Set(shared.map((entries) => JSON.stringify(entries))).size).toBe(1);
  });
});

describe('the workers', () => {
  it('serve every queue, each in one service', () => {
    const served = workers.flatMap(([, service]) => loaded(service).CONVEYOR_WORKER_QUEUES);
    expect(served.toSorted()).toEqual(loaded({ ...firstWorker(), environment: {} }).CONVEYOR_WORKER_QUEUES.toSorted());
  });

  it("share the data and see each other's processes, as the locks in the data ask", () => {
    for (const [, { pid, volumes }] of workers) {
      expect(pid).toBe('service:pids');
      expect(volumes).toContainEqual({ type: 'volume', source: 'data', target: '/data' });
    }
  });

  it('have longer to stop than they take', () => {
    const [, seconds] = /^(\d+)s$/.exec(firstWorker().stop_grace_period ?? '') ?? [];
    const HAND_OVER_MS = 40_000;
    expect(Number(seconds) * 1000).toBeGreaterThan(loaded(firstWorker()).CONVEYOR_WORKER_GRACE + HAND_OVER_MS);
  });

  it('never reach the database', () => {
    for (const [, { networks }] of ours(compose)) expect(networks).not.toContain('database');
    expect(compose.networks['database']).toEqual({ internal: true });
  });
});

test('the file that is mounted is one a person makes, and one to copy is there', () => {
  const files = new Set(
    all.flatMap(([, { volumes }]) => volumes.filter(({ type }) => type === 'bind').map(({ source }) => source)),
  );
  expect([...files]).toEqual(['./conveyor.yaml']);
  expect(existsSync(join(ROOT, 'conveyor.example.yaml'))).toBe(true);
});

function conditionFor(asksHealth: boolean, ends: boolean): string {
  if (ends) return 'service_completed_successfully';
  return asksHealth ? 'service_healthy' : 'service_started';
}

function firstWorker(): Service {
  const [first] = workers;
  if (!first) throw new Error('Compose has no worker');
  return first[1];
}

/** The comment right above a key of a service. */
function commentBefore(service: string, key: string): string {
  let comment = '';
  const found = parseDocument(COMPOSE_TEXT, { merge: true }).getIn(['services', service], true);
  if (!isMap(found)) return comment;
  visit(found, {
    Pair: (_at, pair) => {
      if (isPair(pair) && String(pair.key) === key)
        comment = (pair.key as { commentBefore?: string }).commentBefore ?? '';
    },
  });
  return comment;
}
