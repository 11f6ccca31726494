import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SWITCH_NAMES } from '../../../activities/ports.ts';
import { readEnvironment } from '../../../adapters/config/environment.ts';
import type { EnvironmentRead } from '../../../adapters/config/environment.ts';
import { createSwitches } from '../../../adapters/config/switches.ts';
import type { Variable, VariableName } from '../../../adapters/config/variables.ts';
import { VARIABLES } from '../../../adapters/config/variables.ts';

function loaded(read: EnvironmentRead): object {
  if (read.kind === 'invalid') throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.environment;
}

function messages(env: Record<string, string>): string[] {
  const read = readEnvironment(env);
  return read.kind === 'invalid' ? read.problems.map(({ message }) => message) : [];
}

function secretFile(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'conveyor-secret-')), 'secret');
  writeFileSync(path, content);
  return path;
}

test('an empty environment is everything by default', () => {
  expect(loaded(readEnvironment({}))).toEqual({
    CONVEYOR_CONFIG: 'conveyor.yaml',
    CONVEYOR_DATA: undefined,
    CONVEYOR_API_PORT: 7400,
    CONVEYOR_WORKER_PORT: 7401,
    CONVEYOR_BIND: '127.0.0.1',
    CONVEYOR_API_URL: undefined,
    CONVEYOR_WORKER_QUEUES: ['control', 'agents', 'tracker', 'release'],
    CONVEYOR_WORKER_GRACE: 20_000,
    CONVEYOR_WEBHOOK_SECRET: undefined,
    CONVEYOR_PLANE_WEBHOOK_SECRET: undefined,
    CONVEYOR_GITEA_WEBHOOK_SECRET: undefined,
    CONVEYOR_TELEGRAM_TOKEN: undefined,
    CONVEYOR_NOTIFY_SECRET: undefined,
    LOG_LEVEL: 'info',
    TEMPORAL_ADDRESS: undefined,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_API_KEY: undefined,
    TEMPORAL_CLI_PATH: undefined,
    CONVEYOR_GATE_TIMERS_ENABLED: true,
    CONVEYOR_INTAKE_SWEEP_ENABLED: true,
    CONVEYOR_RESPECT_HELD_CARDS: true,
    CONVEYOR_STAGING_INFRA_TOLERANCE_ENABLED: true,
    CONVEYOR_IMAGE_FRESHNESS_ENABLED: true,
    CONVEYOR_IMAGE_FRESHNESS_REPOS: undefined,
    CONVEYOR_NOTIFICATIONS_ENABLED: true,
  });
});

test('what is set is read', () => {
  const env = {
    CONVEYOR_API_PORT: '8080',
    CONVEYOR_BIND: '0.0.0.0',
    CONVEYOR_API_URL: 'http://api:7400',
    CONVEYOR_WORKER_QUEUES: 'agents, tracker',
    TEMPORAL_ADDRESS: 'temporal:7233',
    CONVEYOR_WEBHOOK_SECRET: 'old, new',
    CONVEYOR_PLANE_WEBHOOK_SECRET: 'plane',
    CONVEYOR_GITEA_WEBHOOK_SECRET: 'new,old',
    CONVEYOR_TELEGRAM_TOKEN: '123:AA_b-9',
    CONVEYOR_NOTIFY_SECRET: 'one, with a comma',
    CONVEYOR_IMAGE_FRESHNESS_REPOS: 'a,b',
    CONVEYOR_NOTIFICATIONS_ENABLED: 'false',
    CONVEYOR_DATA: '',
    HOME: '/root',
  };
  expect(loaded(readEnvironment(env))).toMatchObject({
    CONVEYOR_API_PORT: 8080,
    CONVEYOR_BIND: '0.0.0.0',
    CONVEYOR_API_URL: 'http://api:7400',
    CONVEYOR_WORKER_QUEUES: ['agents', 'tracker'],
    TEMPORAL_ADDRESS: 'temporal:7233',
    CONVEYOR_WEBHOOK_SECRET: ['old', 'new'],
    CONVEYOR_PLANE_WEBHOOK_SECRET: ['plane'],
    CONVEYOR_GITEA_WEBHOOK_SECRET: ['new', 'old'],
    CONVEYOR_TELEGRAM_TOKEN: '123:AA_b-9',
    CONVEYOR_NOTIFY_SECRET: 'one, with a comma',
    CONVEYOR_IMAGE_FRESHNESS_REPOS: ['a', 'b'],
    CONVEYOR_NOTIFICATIONS_ENABLED: false,
    CONVEYOR_DATA: undefined,
  });
});

describe('a variable is refused', () => {
  test.each([
    [{ CONVEYOR_GATE_TIMERS_ENABLED: 'no' }, ['CONVEYOR_GATE_TIMERS_ENABLED is "no": expected true or false']],
    [{ CONVEYOR_GATE_TIMERS_ENABLED: '0' }, ['CONVEYOR_GATE_TIMERS_ENABLED is "0": expected true or false']],
    [{ CONVEYOR_API_PORT: '70000' }, ['CONVEYOR_API_PORT is "70000": expected a port from 1 to 65535']],
    [
      { TEMPORAL_ADDRESS: 'http://temporal' },
      ['TEMPORAL_ADDRESS is "http://temporal": expected host:port, such as 127.0.0.1:7233'],
    ],
    [
      { CONVEYOR_GATE_TIMER_ENABLED: 'false' },
      ['CONVEYOR_GATE_TIMER_ENABLED is not known (did you mean CONVEYOR_GATE_TIMERS_ENABLED?)'],
    ],
    [{ CONVEYOR_BIND: '10.0.0.5' }, ['CONVEYOR_BIND is "10.0.0.5": expected 127.0.0.1 or 0.0.0.0']],
    [{ CONVEYOR_API_URL: 'api:7400' }, ['CONVEYOR_API_URL is "api:7400": expected an address such as http://api:7400']],
    [
      { CONVEYOR_WORKER_QUEUES: 'agents,realease' },
      ['CONVEYOR_WORKER_QUEUES is "agents,realease": expected some of control, agents, tracker, release'],
    ],
    [{ CONVEYOR_WORKER_QUEUES: ' , ' }, ['CONVEYOR_WORKER_QUEUES is " , ": names no queue']],
    [{ CONVEYOR_WEBHOOK_SECRET: '' }, ['CONVEYOR_WEBHOOK_SECRET is set but empty']],
    [{ CONVEYOR_WEBHOOK_SECRET: ' , ' }, ['CONVEYOR_WEBHOOK_SECRET is set but empty']],
    [{ CONVEYOR_PLANE_WEBHOOK_SECRET: ',' }, ['CONVEYOR_PLANE_WEBHOOK_SECRET is set but empty']],
    [{ CONVEYOR_NOTIFY_SECRET: ' ' }, ['CONVEYOR_NOTIFY_SECRET is set but empty']],
    [
      { CONVEYOR_TELEGRAM_TOKEN: '123:s3cret/../x' },
      ["CONVEYOR_TELEGRAM_TOKEN is no token of a bot: digits, a colon, then letters, digits, '_' and '-'"],
    ],
    [
      { CONVEYOR_GITEA_WEBHOOK_SECRTE: 'a' },
      ['CONVEYOR_GITEA_WEBHOOK_SECRTE is not known (did you mean CONVEYOR_GITEA_WEBHOOK_SECRET?)'],
    ],
    [
      { TEMPORAL_API_KEY: 'a', TEMPORAL_API_KEY_FILE: '/b' },
      ['TEMPORAL_API_KEY and TEMPORAL_API_KEY_FILE are both set: keep one'],
    ],
    [
      { CONVEYOR_WEBHOOK_SECRET_FILE: '/nowhere/secret' },
      ['CONVEYOR_WEBHOOK_SECRET cannot be read from /nowhere/secret (ENOENT)'],
    ],
    [
      { CONVEYOR_API_PORT: 'x', CONVEYOR_RESPECT_HELD_CARDS: 'True' },
      [
        'CONVEYOR_API_PORT is "x": expected a port from 1 to 65535',
        'CONVEYOR_RESPECT_HELD_CARDS is "True": expected true or false',
      ],
    ],
  ])('%o', (env, problems) => {
    expect(messages(env as unknown as Record<string, string>)).toEqual(problems);
  });
});

test("somebody else's variables are left alone", () => {
  expect(messages({ CONVEYOR_ATTEMPT: 'ORCH-1#1/testing/1/run', CONVEYOR_DATABASE_URL: 'x' })).toEqual([]);
});

test.each(Object.keys(VARIABLES).filter((name) => VARIABLES[name as VariableName].secret === 'secret'))(
  '%s may come from a file, without its last line break',
  (name) => {
    expect(loaded(readEnvironment({ [`${name}_FILE`]: secretFile('1:s3cret\n') }))).toMatchObject({
      [name]: name.endsWith('_WEBHOOK_SECRET') ? ['1:s3cret'] : '1:s3cret',
    });
  },
);

test('an empty secret file is refused', () => {
  const path = secretFile('\n');
  expect(messages({ CONVEYOR_WEBHOOK_SECRET_FILE: path })).toEqual([`CONVEYOR_WEBHOOK_SECRET is empty in ${path}`]);
});

test('.env.example documents every variable, with its default and its words, and no other', () => {
  const table: [string, Variable<unknown>][] = Object.entries(VARIABLES);
  const expected = table.map(([name, { description, example, secret }]) =>
    [
      `# ${description}`,
      example === undefined ? `# ${name}=` : `${name}=${example}`,
      ...(secret === 'secret' ? [`# ${name}_FILE=`] : []),
    ].join('\n'),
  );
  const [, ...blocks] = readFileSync('.env.example', 'utf8').trim().split('\n\n');
  expect(blocks).toEqual(expected);
});

test('the values of .env.example are the defaults', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const set = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('=') as [string, string]);
  expect(loaded(readEnvironment(Object.fromEntries(set)))).toEqual(loaded(readEnvironment({})));
});

describe('kill switches', () => {
  test.each(SWITCH_NAMES)('%s is on by default and off by the word false', (name) => {
    expect(createSwitches({}).on(name)).toBe(true);
    const off = readEnvironment({ [name]: 'false' });
    expect(off.kind === 'loaded' && createSwitches(off.environment).on(name)).toBe(false);
    const others = SWITCH_NAMES.filter((other) => other !== name);
    expect(off.kind === 'loaded' && others.every((other) => createSwitches(off.environment).on(other))).toBe(true);
  });
});
