import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePorts } from '../../adapters/temporal/free-ports.ts';
import { openSample } from '../../app/sample.ts';
import { loadConfig } from '../../app/settings.ts';
import { startStack } from '../../app/stack.ts';

it.each([
  ['--temporal-port', (taken: number) => ({ temporal: taken, ui: 0 })],
  ['--ui-port', (taken: number) => ({ temporal: 0, ui: taken })],
])('a taken port of the Temporal server is told with %s, which chooses another', async (option, portsWith) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-port-'));
  try {
    const { configPath } = await openSample(folder);
    const [api, worker] = await freePorts(2);
    const env = { ...process.env, CONVEYOR_API_PORT: String(api), CONVEYOR_WORKER_PORT: String(worker) };
    const read = loadConfig({ path: configPath, env });
    if (read.kind === 'invalid') throw new Error(read.problems[0]?.message);
    const ports = portsWith(port);
    await expect(
      startStack({ ...read, host: env, storage: 'memory', ports, say: () => undefined }),
    ).rejects.toMatchObject({
      type: 'Stack.PortTaken',
      message: expect.stringMatching(new RegExp(`${port}.*Choose another port with ${option}\\.$`, 's')),
    });
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
