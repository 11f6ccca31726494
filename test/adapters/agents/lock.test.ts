import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCommandRunner } from '../../../adapters/agents/command-runner.ts';
import { attemptFiles } from '../../../adapters/agents/attempt-files.ts';
import { endEarlierTry, giveUpLock, ownLock, started, sweepOrphans, writeLock } from '../../../adapters/agents/lock.ts';
import { markedProcesses } from '../../support/agent-processes.ts';
import { waitFor } from '../../support/wait-for.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/agents');
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let logs: string;
let workers: string;
let worker: ChildProcess | undefined;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'conveyor-lock-')));
  logs = join(folder, 'logs');
  workers = join(folder, 'workers');
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function options(isolation: 'auto' | 'none', fixture: string, totalMs = 60_000) {
  const command = [process.execPath, join(FIXTURES, `${fixture}.mjs`)];
  return {
    roles: { developer: { command, totalMs, idleMs: 60_000, env: {}, passEnv: [], graceMs: 100 } },
    logRoot: logs,
    hostEnv: { PATH: process.env['PATH'] },
    isolation,
  };
}

/** Starts a worker of its own with a stubborn agent and a child of it, and kills the worker alone. */
async function dieWithOrphans(isolation: 'auto' | 'none', attempt: string) {
  const request = { project: 'demo', role: 'developer', attempt, cwd: folder, prompt: '', taskToken: 'dG9rZW4=' };
  const job = JSON.stringify({ options: options(isolation, 'stubborn'), request });
  worker = spawn(process.execPath, ['--import', 'tsx', join(FIXTURES, 'worker.mjs'), job], { stdio: 'inherit' });
  const exited = once(worker, 'exit');
  await waitFor(() => markedProcesses(attempt).length >= 2, 'the agent and its child');
  const lock = await waitFor(async () => {
    const text = await readFile(attemptFiles(logs, attempt).lock, 'utf8').catch(() => '{}');
    const read: { agent?: unknown; scratch: string } = JSON.parse(text);
    return read.agent === undefined ? undefined : read;
  }, 'the whole lock');
  expect(await sweepOrphans(logs, workers), 'a sweep while the worker lives').toEqual([]);
  worker.kill('SIGKILL');
  await exited;
  expect(markedProcesses(attempt).length, 'orphans').toBeGreaterThanOrEqual(2);
  return lock;
}

describe.each(['auto', 'none'] as const)('after kill -9 of a worker with isolation %s', (isolation) => {
  it('a sweep ends the orphans, tells the task token once and leaves nothing', async () => {
    const attempt = `TEST-${process.pid}#1/sweep/${isolation}/work`;
    const { scratch } = await dieWithOrphans(isolation, attempt);
    expect(await sweepOrphans(logs, workers)).toEqual([{ attempt, taskToken: 'dG9rZW4=' }]);
    expect(markedProcesses(attempt)).toEqual([]);
    await expect(stat(scratch)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await sweepOrphans(logs, workers)).toEqual([]);
  });

  it('the next try of the attempt ends the orphans before it starts', async () => {
    const attempt = `TEST-${process.pid}#1/again/${isolation}/work`;
    await dieWithOrphans(isolation, attempt);
    const orphans = markedProcesses(attempt);
    const runner = createCommandRunner(options(isolation, 'finish'));
    const request = { project: 'demo', role: 'developer', attempt, cwd: folder, prompt: '' };
    const { exit } = await runner.run(request, { signal: new AbortController().signal, onBeat: () => undefined });
    expect(exit).toEqual({ kind: 'finished' });
    expect(orphans.length).toBeGreaterThan(0);
    expect(markedProcesses(attempt)).toEqual([]);
    expect((await readdir(logs)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});

describe('a sweep', () => {
  it('does not take a reused pid for the dead worker or its agent', async () => {
    const stranger = spawn('/bin/sleep', ['600'], { detached: true });
    try {
      const { pid = 0 } = stranger;
      const file = attemptFiles(logs, 'TEST-1#1/a/1/work').lock;
      await waitFor(() => started(pid).startTime > 0, 'the stranger');
      await writeLockOf(file, { pid, startTime: 1 });
      expect(await sweepOrphans(logs, workers)).toEqual([{ attempt: 'TEST-1#1/a/1/work' }]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
      expect(started(pid).startTime).toBeGreaterThan(0);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('leaves the lock of a live worker, an unreadable file and a missing folder alone', async () => {
    expect(await sweepOrphans(join(folder, 'nowhere'), workers)).toEqual([]);
    const { lock } = attemptFiles(folder, 'mine');
    await writeLock(lock, { attempt: 'mine' });
    await writeFile(join(folder, 'other.lock'), 'not ours');
    expect(await sweepOrphans(folder, workers)).toEqual([]);
    expect((await readdir(folder)).length).toBe(2);
  });

  it.each([
    ['another boot, which may be another machine', { bootId: 'another' }],
    ['another PID namespace, whose worker has no folder', { pidNamespace: '1' }],
  ])('believes no pid of %s, and touches nothing for a week', async (_whose, foreign) => {
    const { lock } = attemptFiles(folder, 'old');
    const one = spawn('/bin/sleep', ['600'], { detached: true });
    try {
      await waitFor(() => started(one.pid ?? 0).startTime > 0, 'the process');
      await writeLock(lock, { attempt: 'old', agent: started(one.pid ?? 0) });
      const written: object = JSON.parse(await readFile(lock, 'utf8'));
      await writeFile(lock, JSON.stringify({ ...written, worker: { pid: 999_999, startTime: 1 }, ...foreign }));
      expect(await sweepOrphans(folder, workers)).toEqual([]);
      // Not even the next try may end by its pid what is another process there.
      await endEarlierTry(lock);
      expect(one.exitCode ?? one.signalCode).toBeNull();
      expect(await readdir(folder)).toEqual([basename(lock)]);
      const days = (count: number): Date => new Date(Date.now() - count * 24 * 60 * 60_000);
      await utimes(lock, days(6), days(6));
      await sweepOrphans(folder, workers);
      expect(await readdir(folder)).toHaveLength(1);
      await utimes(lock, days(8), days(8));
      expect(await sweepOrphans(folder, workers)).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      one.kill('SIGKILL');
    }
  });
});

async function writeLockOf(file: string, one: { pid: number; startTime: number }): Promise<void> {
  await mkdir(logs, { recursive: true });
  await writeLock(file, { attempt: 'TEST-1#1/a/1/work', agent: one });
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), worker: one }));
}

describe('a lock that another try took over', () => {
  it('is not given up, and what this try did is dropped', async () => {
    const agent = { pid: 4_711, startTime: 1 };
    const { lock } = attemptFiles(folder, 'mine');
    await writeLock(lock, { attempt: 'mine', agent });
    await expect(ownLock(lock, agent)).resolves.toBeUndefined();
    // The same worker, but a newer agent; then another worker; then one that has ended already.
    await writeLock(lock, { attempt: 'mine', agent: { ...agent, startTime: 2 } });
    await expect(ownLock(lock, agent)).rejects.toMatchObject({ type: 'Agent.Superseded', trouble: 'transient' });
    const other = { ...JSON.parse(await readFile(lock, 'utf8')), worker: { pid: 1, startTime: 1 }, agent };
    await writeFile(lock, JSON.stringify(other));
    await expect(ownLock(lock, agent)).rejects.toMatchObject({ type: 'Agent.Superseded' });
    await giveUpLock(lock);
    expect(JSON.parse(await readFile(lock, 'utf8'))).toEqual(other);
    await rm(lock);
    await expect(ownLock(lock, agent)).rejects.toMatchObject({ type: 'Agent.Superseded' });
  });
});
