import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessIdentity } from '../../../../adapters/local/processes/identity.ts';
import { identify, isAlive } from '../../../../adapters/local/processes/identity.ts';
import { findMarked } from '../../../../adapters/local/processes/marked.ts';
import { start } from '../../../../adapters/local/processes/start.ts';
import { stop, stopMarked } from '../../../../adapters/local/processes/stop.ts';
import { waitFor } from '../../../support/wait-for.ts';

const FOREVER = 'setInterval(() => {}, 1000);';
const STUBBORN = `process.on('SIGTERM', () => {}); console.log('ready'); ${FOREVER}`;

let root: string;
let marker: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-processes-'));
  marker = `test:${root}`;
});

afterEach(async () => {
  await stopMarked(marker, 0);
  await rm(root, { recursive: true });
});

async function run(script: string, more: Partial<Parameters<typeof start>[0]> = {}): Promise<ProcessIdentity> {
  const started = await start({
    command: [process.execPath, '-e', script],
    cwd: root,
    env: {},
    logFile: join(root, 'log'),
    marker,
    ...more,
  });
  if (started.kind !== 'started') throw new Error(JSON.stringify(started));
  return started.process;
}

async function printed(text: string): Promise<void> {
  await waitFor(async () => (await readFile(join(root, 'log'), 'utf8')).includes(text), `"${text}" in the log`);
}

describe('start', () => {
  it('starts a process of its own group whose output and exit code can be read', async () => {
    const started = await start({
      command: [
        process.execPath,
        '-e',
        'console.log("out"); console.error("err"); setTimeout(() => process.exit(3), 100)',
      ],
      cwd: root,
      env: {},
      logFile: join(root, 'deep', 'log'),
      marker,
    });
    if (started.kind !== 'started') throw new Error(started.kind);
    expect(await started.exit).toEqual({ code: 3, signal: null });
    expect(await readFile(join(root, 'deep', 'log'), 'utf8')).toBe('out\nerr\n');
  });

  it.each(Array.from({ length: 10 }, (_, n) => n))('knows how a process ended that ends at once (%i)', async (code) => {
    const command = ['/bin/sh', '-c', `exit ${code}`];
    const started = await start({ command, cwd: root, env: {}, logFile: join(root, 'log'), marker });
    if (started.kind === 'failed') throw new Error(started.detail);
    expect(await started.exit).toEqual({ code, signal: null });
  });

  it('gives the process only the environment it is told and the marker', async () => {
    await run(`console.log(JSON.stringify(process.env)); console.log('end'); ${FOREVER}`, { env: { ONLY: 'this' } });
    await printed('end');
    const [line] = (await readFile(join(root, 'log'), 'utf8')).split('\n');
    expect(JSON.parse(line ?? '')).toEqual({ ONLY: 'this', CONVEYOR_PROCESS: marker });
  });

  it.each([
    ['a program that does not exist', ['./no-such-program'], /cannot start "\.\/no-such-program": .*ENOENT/],
    ['an empty command', [], /the command is empty/],
  ])('says why %s failed', async (_what, command, why) => {
    const result = await start({ command, cwd: root, env: {}, logFile: join(root, 'log'), marker });
    expect(result).toEqual({ kind: 'failed', detail: expect.stringMatching(why) as string });
  });
});

describe('isAlive', () => {
  it('knows a process by pid, start time and boot, and never takes the pid alone for it', async () => {
    const known = await run(FOREVER);
    expect(await isAlive(known)).toBe(true);
    expect(await isAlive({ ...known, startTime: `${known.startTime}0` })).toBe(false);
    expect(await isAlive({ ...known, bootId: 'another boot' })).toBe(false);
    process.kill(known.pid, 'SIGKILL');
    await waitFor(async () => !(await isAlive(known)), 'the killed process to be dead');
  });

  it('takes a zombie for dead', async () => {
    // The inner shell ends at once, and its parent has become a program that never collects it.
    await run(FOREVER, {
      command: ['/bin/sh', '-c', 'sh -c "echo zombie=\\$\\$" & exec sleep 60'],
      env: { PATH: '/usr/bin:/bin' },
    });
    await printed('zombie=');
    const pid = Number(/zombie=(\d+)/.exec(await readFile(join(root, 'log'), 'utf8'))?.[1]);
    await waitFor(async () => / Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8')), 'the zombie');
    expect(await identify(pid)).toBeUndefined();
  });

  it('finds the process again after the program that started it was killed', async () => {
    const starter = `
      const { start } = await import(${JSON.stringify(new URL('../../../../adapters/local/processes/start.ts', import.meta.url).href)});
      const log = ${JSON.stringify(join(root, 'child.log'))};
      const started = await start({ command: [process.execPath, '-e', ${JSON.stringify(FOREVER)}], cwd: '/', env: {}, logFile: log, marker: ${JSON.stringify(marker)} });
      console.log(JSON.stringify(started.process));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', starter], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const known = JSON.parse(String(line)) as ProcessIdentity;
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(await isAlive(known)).toBe(true);
    expect(await findMarked(marker)).toEqual([known]);
    expect(await stop(known, 5_000)).toBe('stopped');
    expect(await isAlive(known)).toBe(false);
  });
});

describe('stop', () => {
  it('ends a process that obeys with SIGTERM, and finds it gone the second time', async () => {
    const known = await run(`console.log('ready'); ${FOREVER}`);
    await printed('ready');
    expect(await stop(known, 5_000)).toBe('stopped');
    expect(await isAlive(known)).toBe(false);
    expect(await stop(known, 5_000)).toBe('gone');
  });

  it('kills a process that does not', async () => {
    const known = await run(STUBBORN);
    await printed('ready');
    expect(await stop(known, 50)).toBe('killed');
    expect(await isAlive(known)).toBe(false);
  });

  it('leaves a process alone that got the pid of one that ended', async () => {
    const stranger = await run(FOREVER);
    expect(await stop({ ...stranger, startTime: '1' }, 0)).toBe('gone');
    expect(await isAlive(stranger)).toBe(true);
  });

  it('ends a member of the group that ignored the SIGTERM its leader obeyed', async () => {
    const leader = await run(
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(STUBBORN)}], { stdio: 'inherit' });`,
    );
    await printed('ready');
    expect(await findMarked(marker)).toHaveLength(2);
    expect(await stop(leader, 5_000)).toBe('stopped');
    await waitFor(async () => (await findMarked(marker)).length === 0, 'the whole group to be dead');
  });
});

describe('stopMarked', () => {
  it('ends what a dead leader left behind, also in a session of its own, and nothing else', async () => {
    const other = await run(FOREVER, { marker: `${marker}:other` });
    const leader = await run(
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(STUBBORN)}], { detached: true, stdio: 'inherit' }); ${FOREVER}`,
    );
    await printed('ready');
    process.kill(leader.pid, 'SIGKILL');
    await waitFor(async () => !(await isAlive(leader)), 'the leader to be dead');
    expect(await stopMarked(marker, 50)).toBe(1);
    expect(await findMarked(marker)).toEqual([]);
    expect(await stop(other, 5_000)).toBe('stopped');
  });
});
