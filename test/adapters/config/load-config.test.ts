import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../adapters/config/load-config.ts';
import { missingSecrets } from '../../../adapters/config/missing-secrets.ts';
import { formatProblem } from '../../../adapters/config/problem.ts';
import { PROTECTED_PATHS } from '../../../adapters/config/resolve-project.ts';
import type { GateSettings, Pipeline } from '../../../domain/pipeline.ts';
import { DEFAULT_PIPELINE } from '../../../domain/default-pipeline.ts';
import { fileWith, LEAST, load, problemsOf } from './config-file.ts';

const MINUTE = 60_000;
const GIB = 2 ** 30;

test('the least a file can say is resolved to the last default', () => {
  const path = fileWith(LEAST);
  const read = loadConfig({ path, env: {} });
  if (read.kind === 'invalid') throw new Error(problemsOf(read).join('\n'));
  const agent = {
    command: ['agent'],
    totalMs: 60 * MINUTE,
    idleMs: 10 * MINUTE,
    noProgressMs: 20 * MINUTE,
    graceMs: 5_000,
    env: {},
    passEnv: [],
    limits: { memoryBytes: 8 * GIB, processes: 1_000 },
  };
  expect(read.config).toEqual({
    file: path,
    data: join(dirname(path), '.conveyor'),
    pipelines: { default: DEFAULT_PIPELINE },
    projects: {
      ORCH: {
        key: 'ORCH',
        repo: 'orchard',
        base: 'main',
        tracker: 'local',
        forge: 'local',
        states: {
          entry: 'In Progress',
          asking: 'In Review',
          approved: 'Approved',
          rejected: 'Rejected',
          needsInput: 'Needs Input',
          blocked: 'Blocked',
          done: 'Done',
          cancelled: 'Cancelled',
        },
        pipelineName: 'default',
        pipeline: acceptingOnly(DEFAULT_PIPELINE, 'protected-paths'),
        policy: {
          version: expect.stringMatching(/^[0-9a-f]{12}$/),
          requiredContexts: [],
          requiredReviewers: [],
          reviewer: 'conveyor-reviewer',
          protectedPaths: [...PROTECTED_PATHS],
          approvers: [],
          acceptable: ['protected-paths'],
          sandboxChecks: [],
          testCommand: [],
          healthWindowMs: MINUTE,
        },
        intake: { sweepMs: 5 * MINUTE, fullSweepMs: 60 * MINUTE, digestHour: 8 },
        webhooks: {},
        build: { image: 'orchard', command: ['make'], output: 'dist', timeoutMs: 10 * MINUTE },
        environments: {
          staging: { name: 'ORCH/staging', start: ['node', 'server.js'], readyMs: 30_000 },
          production: { name: 'ORCH/production', start: ['node', 'server.js'], readyMs: 30_000 },
        },
        agents: { analyst: agent, architect: agent, developer: agent, reviewer: agent, tester: agent },
      },
    },
    notify: [{ kind: 'log' }],
    ourAccounts: { plane: [], gitea: [] },
  });
});

test("a project's agent settings go over the shared ones, one by one", () => {
  const own = LEAST.replace('    build:', '    agents: { tester: { total: 2h, passEnv: [KEY] } }\n    build:').replace(
    'tester: { command: [agent] }',
    'tester: { command: [agent], resume: [agent, -r, "{session}"], total: 1h, idle: 90s, env: { MODE: quiet }, limits: { memory: 512MiB } }',
  );
  const read = load(own);
  expect(read.kind === 'loaded' && read.config.projects['ORCH']?.agents['tester']).toEqual({
    command: ['agent'],
    resume: ['agent', '-r', '{session}'],
    totalMs: 120 * MINUTE,
    idleMs: 90_000,
    noProgressMs: 20 * MINUTE,
    graceMs: 5_000,
    env: { MODE: 'quiet' },
    passEnv: ['KEY'],
    limits: { memoryBytes: GIB / 2, processes: 1_000 },
  });
});

test('a budget goes with the table of its project, and with no other', () => {
  const budgetOf = (written: string): unknown => {
    const read = load(LEAST.replace('    build:', `    budget: ${written}\n    build:`));
    return read.kind === 'loaded'
      ? [read.config.projects['ORCH']?.pipeline.budget, read.config.pipelines['default']?.budget]
      : problemsOf(read);
  };
  expect(budgetOf('{ usd: 12.5, tokens: 1000000 }')).toEqual([{ usd: 12.5, tokens: 1_000_000 }, undefined]);
  expect(budgetOf('{ tokens: 5 }')).toEqual([{ tokens: 5 }, undefined]);
  expect(budgetOf('{}')).toEqual([undefined, undefined]);
  expect(budgetOf('{ usd: 0 }')).toEqual([expect.stringContaining('expected dollars, more than 0, not 0')]);
  expect(budgetOf('{ tokens: 1.5 }')).toEqual([expect.stringContaining('expected a whole number, 1 or more, not 1.5')]);
});

test.each([
  ['limits: { memory: 8GB }', 'expected a size such as 512MiB or 8GiB, not "8GB"'],
  ['limits: { memory: 0MiB }', 'expected a size such as 512MiB or 8GiB, not "0MiB"'],
  ['limits: { processes: 0 }', 'expected a whole number, 1 or more, not 0'],
  ['resume: [agent, resume]', 'expected {session} in one of its words'],
])('an agent with %s is a problem', (written, message) => {
  const read = load(LEAST.replace('tester: { command: [agent] }', `tester: { command: [agent], ${written} }`));
  expect(read.kind === 'invalid' && problemsOf(read)).toEqual([expect.stringContaining(message)]);
});

test('how items are let in, and what servers call the project, is read as it is written', () => {
  const read = load(`${LEAST.replace(
    '    build:',
    `    sweep: 1m
    intake: { wip: 3, fullSweep: 2h, digestHour: never }
    webhooks: { planeProject: 9C1F7D52-3b0e-4a57-8f64-2d1f5be0a913, giteaRepo: acme/orchard.js }
    build:`,
  )}ourAccounts: { plane: [0B4E6D7A-8f10-4c55-9d3e-55f0a4a0c3d2], gitea: [conveyor-bot] }
`);
  if (read.kind === 'invalid') throw new Error(problemsOf(read).join('\n'));
  const { intake, webhooks } = read.config.projects['ORCH'] ?? {};
  expect(intake).toEqual({ wip: 3, sweepMs: MINUTE, fullSweepMs: 120 * MINUTE });
  expect(webhooks).toEqual({ planeProject: '9c1f7d52-3b0e-4a57-8f64-2d1f5be0a913', giteaRepo: 'acme/orchard.js' });
  expect(read.config.ourAccounts).toEqual({ plane: ['0b4e6d7a-8f10-4c55-9d3e-55f0a4a0c3d2'], gitea: ['conveyor-bot'] });
});

test('the first hour of the day is an hour for the digest too', () => {
  const read = load(LEAST.replace('    build:', '    intake: { digestHour: 0 }\n    build:'));
  expect(read.kind === 'loaded' && read.config.projects['ORCH']?.intake.digestHour).toBe(0);
});

test('notifiers keep their order, and Telegram has its address unless another one is given', () => {
  const read = load(`${LEAST}notify:
  - { kind: telegram, chat: -1001234567890 }
  - { kind: log }
  - { kind: webhook, url: 'https://hooks.example.com/conveyor?team=1' }
  - { kind: telegram, chat: '@orchard', api: 'http://127.0.0.1:8081/' }
`);
  if (read.kind === 'invalid') throw new Error(problemsOf(read).join('\n'));
  expect(read.config.notify).toEqual([
    { kind: 'telegram', chat: '-1001234567890', api: 'https://api.telegram.org' },
    { kind: 'log' },
    { kind: 'webhook', url: 'https://hooks.example.com/conveyor?team=1' },
    { kind: 'telegram', chat: '@orchard', api: 'http://127.0.0.1:8081' },
  ]);
});

describe('the secret of a notifier', () => {
  const text = `${LEAST}notify: [{ kind: telegram, chat: 7 }]\n`;
  const missing = (env: Record<string, string>): string[] => {
    const read = load(text, env);
    if (read.kind === 'invalid') throw new Error(problemsOf(read).join('\n'));
    return missingSecrets(read.config, read.environment).map(formatProblem);
  };

  test('that is missing is a problem that names the variable', () => {
    expect(missing({})).toEqual([
      'environment: CONVEYOR_TELEGRAM_TOKEN is not set, and a notifier of kind telegram needs it: set it, or name its file in CONVEYOR_TELEGRAM_TOKEN_FILE',
    ]);
  });

  test('that is there is none', () => {
    expect(missing({ CONVEYOR_TELEGRAM_TOKEN: '1:a_-Z9' })).toEqual([]);
  });

  test('is not asked for where nobody uses it', () => {
    expect(missingSecrets({ notify: [{ kind: 'log' }] }, { CONVEYOR_TELEGRAM_TOKEN: undefined })).toEqual([]);
  });
});

test('the same policy has the same version, another one another', () => {
  const versionOf = (text: string) => {
    const read = load(text);
    return read.kind === 'loaded' ? read.config.projects['ORCH']?.policy.version : problemsOf(read).join();
  };
  const changed = LEAST.replace('    build:', '    policy: { approvers: [ann] }\n    build:');
  expect(versionOf(LEAST)).toBe(versionOf(LEAST));
  expect(versionOf(changed)).not.toBe(versionOf(LEAST));
});

test('a table from the file is resolved with the defaults of the gates and roles it names', () => {
  const read = load(
    `${LEAST}pipelines:
  default:
    stages:
      - { name: build, work: 'agent: writer', leave: [{ gate: ci, cap: 5, limit: 1h, poll: 5s }, protected-paths], pass: check, fail: build }
      - { name: check, work: 'agent: tester', leave: [{ gate: tests, poll: { first: 500ms, longest: 2s } }], pass: done, fail: build }
    roles: { writer: { owes: changes } }
    looks: { trouble: 1s }
`
      .replace('  developer:', '  writer:')
      .replace(/ {2}(analyst|architect|reviewer): .*\n/g, ''),
  );
  if (read.kind === 'invalid') throw new Error(problemsOf(read).join('\n'));
  const pipeline = read.config.pipelines['default'];
  expect(pipeline?.stages).toEqual([
    {
      name: 'build',
      enter: [],
      work: { kind: 'agent', role: 'writer' },
      leave: [
        { gate: 'ci', onFail: 'build', cap: 5, limitMs: 3_600_000, pollMs: { first: 5_000, longest: 5_000 } },
        {
          gate: 'protected-paths',
          onFail: 'operators',
          cap: 3,
          limitMs: 3_600_000,
          pollMs: { first: 30_000, longest: 600_000 },
        },
      ],
      onPass: 'check',
      onFail: 'build',
      compensate: [],
    },
    {
      name: 'check',
      enter: [],
      work: { kind: 'agent', role: 'tester' },
      leave: [{ gate: 'tests', onFail: 'build', cap: 3, limitMs: 3_600_000, pollMs: { first: 500, longest: 2_000 } }],
      onPass: 'done',
      onFail: 'build',
      compensate: [],
    },
  ]);
  expect(pipeline?.roles).toEqual({ ...DEFAULT_PIPELINE.roles, writer: { owes: 'changes', documents: [] } });
  expect(pipeline?.caps).toEqual(DEFAULT_PIPELINE.caps);
  expect(pipeline?.looks).toEqual({ ...DEFAULT_PIPELINE.looks, troubleMs: 1_000 });
  expect(Object.keys(read.config.projects['ORCH']?.agents ?? {})).toEqual(['writer', 'tester']);
});

describe('the data folder', () => {
  test('is relative to the file', () => {
    const path = fileWith(`data: ../state\n${LEAST}`);
    const read = loadConfig({ path, env: {} });
    expect(read.kind === 'loaded' && read.config.data).toBe(resolve(dirname(path), '../state'));
  });

  test('is the one of the environment when that names one', () => {
    const read = load(`data: ../state\n${LEAST}`, { CONVEYOR_DATA: '/var/lib/conveyor' });
    expect(read.kind === 'loaded' && read.config.data).toBe('/var/lib/conveyor');
  });
});

test('the example file loads as it is', () => {
  const read = loadConfig({ path: 'conveyor.example.yaml', env: {} });
  expect(problemsOf(read)).toEqual([]);
  expect(read.kind === 'loaded' && read.config.projects['ORCH']?.pipelineName).toBe('careful');
});

test('a missing file is one problem that says what to do', () => {
  expect(loadConfig({ path: '/nowhere/conveyor.yaml', env: {} })).toEqual({
    kind: 'invalid',
    problems: [
      {
        file: '/nowhere/conveyor.yaml',
        line: 1,
        column: 1,
        message: 'no such file: copy conveyor.example.yaml and change it',
      },
    ],
  });
});

test('problems of the environment and of the file are told together', () => {
  const read = load(LEAST.replace('repo:', 'rpo:'), { CONVEYOR_API_PORT: 'http' });
  expect(problemsOf(read)).toEqual([
    'environment: CONVEYOR_API_PORT is "http": expected a port from 1 to 65535',
    '2:3 missing "repo"',
    expect.stringContaining('3:5 unknown key "rpo" (did you mean "repo"?)'),
  ]);
});

/** The table as a project pins it: every gate but these is one that nobody may accept. */
function acceptingOnly(pipeline: Pipeline, ...acceptable: string[]): Pipeline {
  const pin = (gate: GateSettings): GateSettings =>
    acceptable.includes(gate.gate) ? gate : { ...gate, accept: 'refused' };
  const stages = pipeline.stages.map((row) => ({ ...row, enter: row.enter.map(pin), leave: row.leave.map(pin) }));
  return { ...pipeline, stages };
}
