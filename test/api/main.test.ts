import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startServer } from '../../api/server.ts';
import { freePorts } from '../../adapters/temporal/free-ports.ts';
import { productConfig } from '../e2e/support/product.ts';
import { waitFor } from '../support/wait-for.ts';
import { post, signed } from './support.ts';

const PROGRAM = join(import.meta.dirname, '../../api/main.ts');
const BODY = JSON.stringify({ event: 'card.moved', project: 'SHOP', key: 'SHOP-1', at: 1 });
const SLOW_MS = 30_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyor-api-'));
  await writeFile(join(folder, 'conveyor.yaml'), productConfig('SHOP', folder));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(env: Record<string, string>) {
  const { PATH = '' } = process.env;
  return execa('node', ['--import', 'tsx', PROGRAM], {
    env: { PATH, CONVEYOR_CONFIG: join(folder, 'conveyor.yaml'), ...env },
    extendEnv: false,
    reject: false,
  });
}

describe('the program of the API', () => {
  it.each<[string, Record<string, string>, string]>([
    ['no sender has a secret', {}, 'set at least one of CONVEYOR_PLANE_WEBHOOK_SECRET'],
    ['a secret is empty', { CONVEYOR_WEBHOOK_SECRET: 'good', CONVEYOR_GITEA_WEBHOOK_SECRET: '' }, 'is set but empty'],
    ['a list of secrets is empty', { CONVEYOR_PLANE_WEBHOOK_SECRET: ' , ' }, 'is set but empty'],
  ])('does not start when %s', async (_what, env, says) => {
    const { exitCode, stderr } = await run(env);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it('starts without Temporal, answers in time, and ends when it is told to', async () => {
    const [port = 0, nobody = 0] = await freePorts(2);
    const url = `http://127.0.0.1:${port}`;
    const program = run({
      CONVEYOR_WEBHOOK_SECRET: 'local of this test',
      CONVEYOR_API_PORT: String(port),
      TEMPORAL_ADDRESS: `127.0.0.1:${nobody}`,
    });
    await waitFor(async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.ok, 'its start', SLOW_MS);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    const [answer, other] = [
      await post({ url }, 'local', BODY, signed('local', BODY)),
      await post({ url }, 'plane', '{}', {}),
    ];
    expect([answer.status, other.status]).toEqual([503, 404]);
    program.kill('SIGTERM');
    const { exitCode, stderr } = await program;
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('local of this test');
  });

  it('delivers through the Temporal it is told about', async () => {
    const { address, namespace } = inject('temporal');
    const [port = 0] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const program = run({
      CONVEYOR_WEBHOOK_SECRET: 'newer,local of this test',
      CONVEYOR_API_PORT: String(port),
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
    });
    await waitFor(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok, 'Temporal', SLOW_MS);
    const answer = await post({ url }, 'local', BODY, signed('local', BODY));
    expect(answer).toMatchObject({ status: 202, body: { workflowIds: [] } });
    program.kill('SIGTERM');
    expect((await program).exitCode).toBe(0);
  });

  it('says so when its port is taken', async () => {
    const api = await startServer(() => undefined, { port: 0 });
    const { port } = new URL(api.url);
    const { exitCode, stderr } = await run({ CONVEYOR_WEBHOOK_SECRET: 'a', CONVEYOR_API_PORT: port });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('cannot listen on its port')]);
    await api.close();
  });
});
