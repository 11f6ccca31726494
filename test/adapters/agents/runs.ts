import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { AgentRequest, AgentResult, Beat } from '../../../activities/ports.ts';
import { createCommandRunner } from '../../../adapters/agents/command-runner.ts';
import type { RoleCommand } from '../../../adapters/agents/role-command.ts';

export const FIXTURES = join(import.meta.dirname, '../../fixtures/agents');
export const MINUTE = 60_000;

export type Given = Partial<RoleCommand> & {
  isolation?: 'auto' | 'none';
  logBytes?: number;
  host?: Record<string, string>;
  request?: Pick<AgentRequest, 'session' | 'budget'>;
};

export type Started = {
  run: Promise<AgentResult>;
  attempt: string;
  cancel: AbortController;
  beats: Beat[];
  exit: () => Promise<AgentResult['exit']>;
};

export type Runs = {
  folder: () => string;
  /** The agent's current folder. */
  cwd: () => string;
  start: (command: string[], given?: Given) => Started;
  /** What the agent wrote into a file of its folder; undefined when it wrote none. */
  fileSaid: (name: string) => Promise<string | undefined>;
};

/** An agent of the fixtures and its arguments. */
export function program(name: string, ...args: string[]): string[] {
  return [process.execPath, join(FIXTURES, `${name}.mjs`), ...args];
}

let attempts = 0;

/** Real runs of real programs; each test has a folder of its own. */
export function useRuns(): Runs {
  let folder = '';
  let cwd = '';
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'conveyor-runner-')));
    cwd = await mkdtemp(join(folder, 'work-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  return {
    folder: () => folder,
    cwd: () => cwd,
    start(command, given = {}) {
      const { isolation = 'auto', logBytes, host = {}, request = {}, ...role } = given;
      const attempt = `TEST-${process.pid}#1/development/${(attempts += 1)}/work`;
      const usual = { totalMs: MINUTE, idleMs: MINUTE, env: {}, passEnv: [], graceMs: 2_000 };
      const runner = createCommandRunner({
        roles: { developer: { command, ...usual, ...role } },
        logRoot: join(folder, 'logs'),
        hostEnv: { PATH: process.env['PATH'], ...host },
        isolation,
        ...(logBytes === undefined ? {} : { logBytes }),
      });
      const cancel = new AbortController();
      const beats: Beat[] = [];
      const run = runner.run(
        { project: 'demo', role: 'developer', attempt, cwd, prompt: 'Please do it.\n', ...request },
        { signal: cancel.signal, onBeat: (beat) => beats.push(beat) },
      );
      // A test that looks at the processes first must not make a failed run an unhandled rejection.
      run.catch(() => undefined);
      return { run, attempt, cancel, beats, exit: async () => (await run).exit };
    },
    fileSaid: (name) => readFile(join(cwd, name), 'utf8').catch(() => undefined),
  };
}
