import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { waitFor } from '../support/wait-for.ts';

const Line = z.looseObject({ msg: z.string(), health: z.string().optional(), why: z.string().optional() });
type Line = z.infer<typeof Line>;

const running: ReturnType<typeof start>[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL');
    await child;
  }
});

describe('runWorker', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is ready, then shuts down on %s and exits 0', async (signal) => {
    const { child, logged } = startWorker(inject('temporal').address);
    const started = await waitFor(() => logged.find(({ msg }) => msg === 'worker started'), 'the start', 30_000);
    await waitFor(async () => (await fetch(`${started.health}/readyz`)).status === 200, 'readiness');
    expect(await (await fetch(`${started.health}/livez`)).json()).toMatchObject({ status: 'ok' });

    child.kill(signal);
    expect(await child).toMatchObject({ exitCode: 0 });
    expect(logged.find(({ msg }) => msg === 'worker is shutting down')?.why).toBe(signal);
    expect(logged.at(-1)?.msg).toBe('worker stopped');
  });

  it('fails with the reason when there is no Temporal', async () => {
    const { child } = startWorker('127.0.0.1:1');
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/connect/i);
  });
});

function startWorker(address: string): { child: ReturnType<typeof start>; logged: Line[] } {
  const child = start(address);
  running.push(child);
  const logged: Line[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('{')) logged.push(Line.parse(JSON.parse(line)));
  });
  return { child, logged };
}

function start(address: string) {
  const { namespace, cacheRoot } = inject('temporal');
  const program = fileURLToPath(new URL('./programs/worker.ts', import.meta.url));
  const args = ['--import', 'tsx', program, address, namespace, cacheRoot, `run-${process.pid}`];
  return execa(process.execPath, args, { reject: false });
}
