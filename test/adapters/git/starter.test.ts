import { fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CommandEnd, Starter } from '../../../adapters/git/starter.ts';
import { createStarter } from '../../../adapters/git/starter.ts';
import { waitFor } from '../../support/wait-for.ts';

const PROGRAM = join(import.meta.dirname, '../../../adapters/git/starter-main.mjs');
const IDLE = { idleMs: 20 };
const usual = { cwd: '/', env: { PATH: process.env['PATH'] ?? '' }, timeoutMs: 30_000 };

function sh(starter: Starter, script: string, more: { input?: string; timeoutMs?: number } = {}): Promise<CommandEnd> {
  return starter({ ...usual, command: 'sh', args: ['-c', script], ...more });
}

/** Of the small process behind it. */
async function pidOf(starter: Starter): Promise<number> {
  return Number(Buffer.from((await sh(starter, 'echo $PPID')).stdout).toString());
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('a command gets its input and its environment alone, and its bytes come back as they are', async () => {
  const starter = createStarter(IDLE);
  const end = await sh(starter, 'cat; printf "\\377\\000" ; env | grep -c HOME >&2; exit 3', { input: 'ä\n' });
  expect(end).toMatchObject({ exitCode: 3, timedOut: false });
  expect([...end.stdout]).toEqual([...Buffer.from('ä\n'), 0xff, 0]);
  expect(Buffer.from(end.stderr).toString()).toBe('0\n');
});

it('commands run side by side in one small process, each with its own answer', async () => {
  const starter = createStarter(IDLE);
  const ends = await Promise.all([1, 2, 3, 4].map((n) => sh(starter, `echo ${n} $PPID`)));
  const said = ends.map(({ stdout }) => Buffer.from(stdout).toString().trim().split(' '));
  expect(said.map(([n]) => n)).toEqual(['1', '2', '3', '4']);
  expect(new Set(said.map(([, parent]) => parent)).size).toBe(1);
});

it.each([
  ['takes too long', { command: 'sleep', args: ['60'], timeoutMs: 50 }, { timedOut: true }],
  ['does not exist', { command: 'no-such-command', args: [] }, { code: 'ENOENT' }],
  ['has no folder', { command: 'true', args: [], cwd: '/no/such/folder' }, { code: 'ENOENT' }],
])('a command that %s gives an end without an exit code', async (_what, command, end) => {
  expect(await createStarter(IDLE)({ ...usual, ...command })).toMatchObject({ exitCode: undefined, ...end });
});

it('the small process is gone when nothing was started for a while, and there again when something is', async () => {
  const starter = createStarter(IDLE);
  const first = await pidOf(starter);
  await waitFor(() => !lives(first), 'its end');
  expect(await pidOf(starter)).not.toBe(first);
});

it('its death ends what was waited for, and the next command has a new one', async () => {
  const starter = createStarter();
  const first = await pidOf(starter);
  const waiting = sh(starter, 'kill -9 $PPID; sleep 60 & wait');
  expect(await waiting).toMatchObject({ exitCode: undefined, shortMessage: 'the process that starts git ended' });
  expect(await pidOf(starter)).not.toBe(first);
});

it('a signal to the whole group lets it finish, and the end of its parent ends it', async () => {
  const small = fork(PROGRAM, {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const answered = new Promise((resolve) => small.once('message', resolve));
  const ended = new Promise((resolve) => small.once('exit', resolve));
  small.send({ id: 1, ...usual, command: 'sh', args: ['-c', 'kill -INT $PPID; kill -TERM $PPID; echo done'] });
  expect(await answered).toMatchObject({ id: 1, end: { exitCode: 0 } });
  small.disconnect();
  expect(await ended).toBe(0);
});
