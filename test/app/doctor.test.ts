/** The doctor over real programs on the real server: a namespace, a worker and an API of this test's own. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePorts } from '../../adapters/temporal/free-ports.ts';
import type { Check } from '../../app/doctor.ts';
import { createOpsDeps } from '../../app/ops-deps.ts';
import { openSample } from '../../app/sample.ts';
import { createLocalBoard } from '../../adapters/local/tracker/board.ts';
import { conveyor } from '../ops/support.ts';
import { waitFor } from '../support/wait-for.ts';

const LONG_MS = 90_000;
let folder = '';
let env: Record<string, string> = {};
const running: { kill: (signal: 'SIGKILL' | 'SIGTERM') => unknown; ended: Promise<unknown> }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyor-doctor-'));
  const { configPath } = await openSample(folder);
  const root = join(folder, '.conveyor', 'tracker');
  await createLocalBoard({ root, now: Date.now, announce: () => undefined }).createBoard({ project: 'DEMO' });
  const [api, worker] = await freePorts(2);
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    USER: 'ada',
    CONVEYOR_CONFIG: configPath,
    CONVEYOR_API_PORT: String(api),
    CONVEYOR_WORKER_PORT: String(worker),
    TEMPORAL_ADDRESS: inject('temporal').address,
    TEMPORAL_NAMESPACE: `doctor-${randomUUID().slice(0, 8)}`,
  };
});

afterAll(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    await child.ended;
  }
  await rm(folder, { recursive: true, force: true });
});

function start(program: 'worker' | 'api', more: Record<string, string> = {}): void {
  const child = execa(process.execPath, ['--import', 'tsx', `${program}/main.ts`], {
    reject: false,
    extendEnv: false,
    env: { ...env, ...more },
    stdio: 'ignore',
  });
  running.push({ kill: (signal) => child.kill(signal), ended: child });
}

async function examine(more: Record<string, string> = {}): Promise<Map<string, Check>> {
  const deps = createOpsDeps({ ...env, ...more }, { stderr: { write: () => true } });
  try {
    return new Map((await deps.doctor()).map((check) => [check.check, check]));
  } finally {
    await deps.close();
  }
}

async function run(argv: string[]): Promise<void> {
  const { io: _, ...deps } = createOpsDeps(env, { stderr: { write: () => true } });
  expect((await conveyor(argv, deps)).exit).toBe(0);
}

const results = (checks: Map<string, Check>): Record<string, string> =>
  Object.fromEntries([...checks.values()].map(({ check, result }) => [check, result]));

describe.sequential('the doctor', () => {
  it('says what is missing before anything was set up, and what helps', async () => {
    const checks = await examine();
    expect(results(checks)).toEqual({
      configuration: 'ok',
      secrets: 'warn',
      Temporal: 'ok',
      namespace: 'fail',
      'webhook endpoint': 'warn',
      'tracker of DEMO': 'ok',
      'repository of DEMO': 'ok',
      notifier: 'ok',
    });
    expect(checks.get('namespace')).toMatchObject({
      say: `there is no namespace ${env['TEMPORAL_NAMESPACE']}`,
      run: 'conveyor setup',
    });
  });

  it('finds a queue nobody polls, once the namespace is there', async () => {
    const deps = createOpsDeps(env, { stderr: { write: () => true } });
    const read = deps.loadConfig();
    if (read.kind === 'invalid') throw new Error(read.problems[0]?.message);
    await deps.setup({ config: read.config, mode: 'do' });
    await deps.close();
    const checks = await examine();
    expect(results(checks)).toMatchObject({
      namespace: 'ok',
      'search attributes': 'ok',
      'queue conveyor-control': 'fail',
      'queue conveyor-agents': 'fail',
      'queue conveyor-release': 'fail',
      'queue conveyor-tracker-DEMO': 'fail',
      'intake of DEMO': 'warn',
    });
    expect(checks.has('workers')).toBe(false);
  });

  it(
    'is content with a worker and an API that run as configured, and names the worker',
    async () => {
      start('worker', { CONVEYOR_WEBHOOK_SECRET: 'a secret of this test' });
      start('api', { CONVEYOR_WEBHOOK_SECRET: 'a secret of this test' });
      const checks = await waitFor(
        async () => {
          const found = await examine({ CONVEYOR_WEBHOOK_SECRET: 'a secret of this test' });
          return [...found.values()].every(({ result }) => result === 'ok') ? found : undefined;
        },
        'a doctor without complaints',
        LONG_MS,
        500,
      );
      expect(checks.get('queue conveyor-control')?.say).toMatch(/^polled by \d+@/);
      expect(checks.get('workers')?.say).toMatch(/^all run alike: v[\d.]+ off=none cfg=[0-9a-f]{6}$/);
      expect(checks.get('intake of DEMO')?.say).toBe('runs: 0 open, 0 waiting to be let in');
    },
    LONG_MS,
  );

  it('warns when the workers run with another configuration than the one it reads', async () => {
    const checks = await examine({ CONVEYOR_GATE_TIMERS_ENABLED: 'false' });
    expect(checks.get('workers')).toMatchObject({ result: 'warn', say: expect.stringContaining('off=gate-timers') });
  });

  it(
    'warns when one worker runs otherwise than the others',
    async () => {
      const [port] = await freePorts(1);
      start('worker', { CONVEYOR_NOTIFICATIONS_ENABLED: 'false', CONVEYOR_WORKER_PORT: String(port) });
      const say = await waitFor(
        async () => {
          const check = (await examine()).get('workers');
          return check?.result === 'warn' ? check.say : undefined;
        },
        'a warning',
        LONG_MS,
        500,
      );
      expect(say).toMatch(/^run differently: (?=.*off=none )(?=.*off=notifications )/);
    },
    LONG_MS,
  );

  it('tells a freeze, a missing state, a missing branch and a switch that sends nothing', async () => {
    const path = join(folder, 'other.yaml');
    const yaml = await readFile(env['CONVEYOR_CONFIG'] ?? '', 'utf8');
    await writeFile(path, yaml.replace(/^ {4}base: main$/m, '    base: trunk\n    states: { blocked: Stuck }'));
    await run(['freeze', 'DEMO', '--reason', 'release week']);
    const checks = await examine({ CONVEYOR_CONFIG: path, CONVEYOR_NOTIFICATIONS_ENABLED: 'false' });
    expect(checks.get('tracker of DEMO')).toMatchObject({ result: 'fail', say: expect.stringContaining('"Stuck"') });
    expect(checks.get('repository of DEMO')).toMatchObject({ result: 'fail', say: 'greeter has no branch trunk' });
    expect(checks.get('notifier')).toMatchObject({ result: 'warn' });
    expect(checks.get('freeze of DEMO')).toMatchObject({
      result: 'warn',
      say: expect.stringMatching(/^ada froze it at .*: release week$/),
      run: 'conveyor unfreeze DEMO',
    });
    await run(['unfreeze', 'DEMO']);
    expect((await examine()).has('freeze of DEMO')).toBe(false);
  });

  it('tells every problem of a configuration, and that Temporal is away', async () => {
    const path = join(folder, 'broken.yaml');
    const yaml = await readFile(env['CONVEYOR_CONFIG'] ?? '', 'utf8');
    await writeFile(path, yaml.replace('repo:', 'repos:'));
    const deps = createOpsDeps({ ...env, CONVEYOR_CONFIG: path }, { stderr: { write: () => true } });
    const checks = await deps.doctor();
    expect(checks.filter(({ check }) => check === 'configuration').length).toBeGreaterThan(1);
    const away = await examine({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(away.get('Temporal')).toMatchObject({
      result: 'fail',
      say: expect.stringContaining('Cannot reach Temporal'),
    });
    expect(away.get('repository of DEMO')?.result).toBe('ok');
  });
});
