import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCommandRunner } from '../../adapters/agents/command-runner.ts';
import type { Isolation } from '../../adapters/agents/isolation.ts';
import { createIsolation } from '../../adapters/agents/isolation.ts';

const CANARY = `canary-${process.pid}-7c1e`;
/** An agent that looks for secrets where tools of agents have found them. */
const PROBE = `
import { readdirSync, readFileSync } from 'node:fs';
const read = (path) => { try { return readFileSync(path, 'latin1'); } catch { return ''; } };
const all = readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
for (const pid of ['self', ...all]) console.log(read('/proc/' + pid + '/environ'), read('/proc/' + pid + '/cmdline'));
console.log(JSON.stringify(process.env));
console.log('looked at ' + all.length + ' processes');
`;

let folder: string;
/** Stands for the worker: a process of our user that was started with secrets. */
let worker: ChildProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyor-sees-'));
  const env = { PATH: process.env['PATH'], CONVEYOR_TELEGRAM_TOKEN: CANARY, TEMPORAL_API_KEY: CANARY };
  worker = spawn(process.execPath, ['-e', 'console.log("up"); process.stdin.resume()'], { env, stdio: 'pipe' });
  if (worker.stdout) await once(worker.stdout, 'data');
});
afterAll(async () => {
  worker.stdin?.end();
  worker.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** All that the probe printed. */
async function probe(isolation: Isolation): Promise<string> {
  const cwd = join(folder, isolation);
  await mkdir(cwd);
  await writeFile(join(cwd, 'probe.mjs'), PROBE);
  const runner = createCommandRunner({
    roles: {
      developer: {
        command: [process.execPath, 'probe.mjs'],
        totalMs: 60_000,
        idleMs: 60_000,
        env: {},
        passEnv: [],
        graceMs: 500,
      },
    },
    logRoot: join(folder, 'logs'),
    hostEnv: { PATH: process.env['PATH'], CONVEYOR_TELEGRAM_TOKEN: CANARY, CONVEYOR_WEBHOOK_SECRET: CANARY },
    isolation,
  });
  const request = { project: 'DEMO', role: 'developer', attempt: `SEES-${process.pid}-${isolation}`, cwd };
  const { log } = await runner.run(
    { ...request, prompt: 'Look around.' },
    { signal: new AbortController().signal, onBeat: () => undefined },
  );
  return readFile(log, 'utf8');
}

it('an agent in a PID namespace reads no secret of another process of this user, nor of its own', async ({ skip }) => {
  const wrapper = await createIsolation('auto', process.env['PATH'])();
  skip(wrapper.length === 0, 'unshare --pid does not work on this system');
  const seen = await probe('auto');
  expect(seen).toMatch(/looked at [1-9]\d* processes/);
  expect(seen).not.toContain(CANARY);
});

it('an agent without one is given no secret either', async () => {
  const seen = await probe('none');
  const own = seen.split('\n').find((line) => line.startsWith('{"')) ?? '';
  expect(own).toContain('CONVEYOR_ROLE');
  expect(own).not.toContain(CANARY);
});
