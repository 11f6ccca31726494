/** Workers in PID namespaces of their own on one folder, as containers that share a volume. */

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptFiles } from '../../../adapters/agents/attempt-files.ts';
import { markedProcesses } from '../../support/agent-processes.ts';
import { waitFor } from '../../support/wait-for.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const NAMESPACE = ['--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--'];
const TSX = ['--import', 'tsx'];
const TOKEN = 'dG9rZW4=';
const LONG_MS = 60_000;

/** Where the system lets nobody have a namespace there are no containers either. */
const CAN = (await execa('unshare', [...NAMESPACE, 'true'], { reject: false })).exitCode === 0;
if (!CAN && process.env['CI'] === 'true') throw new Error('unshare --pid is not possible here');

let folder: string;
let logs: string;
let workers: string;
let worker: ChildProcess | undefined;
let attempt: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'conveyor-containers-')));
  logs = join(folder, 'logs');
  workers = join(
    folder,
    'a-folder-with-a-long-name-because-an-address-of-a-socket-has-room-for-hundred-bytes',
    'workers',
  );
  attempt = `TEST-${process.pid}#1/${basename(folder)}/1/work`;
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  for (const pid of markedProcesses(attempt)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A worker whose agent runs, in a container of its own or in ours. */
async function startWorker(where: 'here' | 'elsewhere'): Promise<ChildProcess> {
  const command = [process.execPath, join(FIXTURES, 'agents/stubborn.mjs')];
  const role = { command, totalMs: 600_000, idleMs: 600_000, env: {}, passEnv: [], graceMs: 100 };
  const job = {
    options: { roles: { developer: role }, logRoot: logs, hostEnv: { PATH: process.env['PATH'] }, isolation: 'auto' },
    request: { project: 'demo', role: 'developer', attempt, cwd: folder, prompt: '', taskToken: TOKEN },
    workers,
  };
  const program = [process.execPath, ...TSX, join(FIXTURES, 'workers/worker.mjs'), JSON.stringify(job)];
  const [file = '', ...args] = where === 'here' ? program : ['unshare', ...NAMESPACE, ...program];
  worker = spawn(file, args, { stdio: 'inherit' });
  await waitFor(() => markedProcesses(attempt).length >= 2, 'the agent and its child', LONG_MS);
  const lock = attemptFiles(logs, attempt).lock;
  await waitFor(async () => (await readFile(lock, 'utf8').catch(() => '')).includes('"agent"'), 'its lock', LONG_MS);
  return worker;
}

/** What a worker that starts in a container of its own, or in ours, finds to be ended. */
async function sweep(where: 'here' | 'elsewhere'): Promise<unknown> {
  const program = [process.execPath, ...TSX, join(FIXTURES, 'workers/sweep.mjs'), JSON.stringify({ logs, workers })];
  const [file = '', ...args] = where === 'here' ? program : ['unshare', ...NAMESPACE, ...program];
  return JSON.parse((await execa(file, args)).stdout);
}

const NOTHING = { swept: [], tokens: [] };

function unlessNothing(found: unknown): unknown {
  return isDeepStrictEqual(found, NOTHING) ? undefined : found;
}

describe.skipIf(!CAN)('workers in different containers on one volume', () => {
  it.each([
    ['here', 'elsewhere'],
    ['elsewhere', 'here'],
    ['elsewhere', 'elsewhere'],
  ] as const)(
    'a live one %s is left alone, stopped or not, by one that starts %s; a dead one is not',
    async (its, other) => {
      const one = await startWorker(its);
      const agents = markedProcesses(attempt);
      expect(await sweep(other)).toEqual(NOTHING);
      one.kill('SIGSTOP');
      expect(await sweep(other)).toEqual(NOTHING);
      expect(markedProcesses(attempt)).toEqual(expect.arrayContaining(agents));

      one.kill('SIGKILL');
      await once(one, 'exit');
      // The namespace may take a moment to end with its first process.
      const found = await waitFor(async () => unlessNothing(await sweep(other)), 'the sweep', LONG_MS);
      expect(found).toEqual({ swept: [{ attempt, taskToken: TOKEN }], tokens: [TOKEN] });
      if (its === 'here') {
        // The lock of another container is told once and kept: who is in there may have to end something.
        expect(await sweep(other)).toEqual({ swept: [], tokens: [TOKEN] });
        expect(await sweep(its)).toEqual({ swept: [{ attempt }], tokens: [TOKEN] });
      }
      expect(markedProcesses(attempt)).toEqual([]);
    },
    120_000,
  );
});
