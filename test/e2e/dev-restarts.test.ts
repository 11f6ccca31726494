import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaNode } from 'execa';
import { expect, it } from 'vitest';
import { freePorts } from '../../adapters/temporal/free-ports.ts';
import { waitFor } from '../support/wait-for.ts';
import { asProgram, ROOT } from './support/program.ts';
import { TEST_MS } from './support/use-world.ts';

const LONG_MS = 90_000;

it(
  'conveyor dev starts a worker or an API that died again, says so in one line each, and still ends in order',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'conveyor-dev-'));
    const [api = 0, worker = 0, temporal = 0, ui = 0] = await freePorts(4);
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      CONVEYOR_API_PORT: String(api),
      CONVEYOR_WORKER_PORT: String(worker),
      CONVEYOR_WORKER_GRACE: '300ms',
    };
    const args = ['dev', '--sample', '--temporal-port', String(temporal), '--ui-port', String(ui)];
    const dev = execaNode(join(ROOT, 'ops/main.ts'), args, {
      ...asProgram(env),
      nodeOptions: ['--import', import.meta.resolve('tsx')],
      cwd: folder,
      all: true,
    });
    let printed = '';
    dev.all.on('data', (chunk) => (printed += String(chunk)));
    const said = (what: RegExp): Promise<unknown> => waitFor(() => what.test(printed), String(what), LONG_MS);
    try {
      await said(/Ready\./);
      for (const [name, port] of [
        ['worker', worker],
        ['api', api],
      ] as const) {
        const before = await pidOf(folder, name);
        process.kill(before, 'SIGKILL');
        await said(new RegExp(`${name} was ended by SIGKILL; it is started again`));
        await waitFor(async () => (await pidOf(folder, name)) !== before, `a new ${name}`, LONG_MS);
        const ready = async (): Promise<boolean> =>
          (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok ?? false;
        await waitFor(ready, `the new ${name} to answer`, LONG_MS, 100);
      }
      dev.kill('SIGINT');
      expect(await dev).toMatchObject({ exitCode: 0 });
      expect(printed.match(/started again/g)).toHaveLength(2);
    } finally {
      dev.kill('SIGTERM');
      await dev;
      await rm(folder, { recursive: true, force: true });
    }
  },
  TEST_MS,
);

/** Of the newest process, as its log says it. */
async function pidOf(folder: string, name: string): Promise<number> {
  const lines = (await readFile(join(folder, '.conveyor/logs', `${name}.log`), 'utf8')).trim().split('\n');
  const last: { pid: number } = JSON.parse(lines.findLast((line) => line.startsWith('{')) ?? '{}');
  return last.pid;
}
