import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readEnvironment } from '../../adapters/config/environment.ts';
import type { EnvironmentRead, HostEnvironment } from '../../adapters/config/environment.ts';
import { childEnvironment } from '../../app/child-environment.ts';

const SERVER = { address: '127.0.0.1:7233', namespace: 'default' };
const CONFIG = { file: '/product/conveyor.yaml', data: '/product/.conveyor' };

/** As the programs of a stack read what they are started with. */
function childrenRead(host: HostEnvironment): EnvironmentRead {
  const read = readEnvironment(host);
  if (read.kind === 'invalid') throw new Error(read.problems.map(({ message }) => message).join());
  const { environment } = read;
  const secrets = environment.CONVEYOR_WEBHOOK_SECRET ?? ['made here'];
  return readEnvironment(childEnvironment({ config: CONFIG, environment, host }, SERVER, secrets));
}

it.each([
  ['none', {}, ['made here']],
  ['one', { CONVEYOR_WEBHOOK_SECRET: 'one' }, ['one']],
  ['an old one beside the new one', { CONVEYOR_WEBHOOK_SECRET: 'new,old' }, ['new', 'old']],
])('programs of a stack take the secrets it was given: %s', (_what, host, secrets) => {
  expect(childrenRead(host)).toMatchObject({ kind: 'loaded', environment: { CONVEYOR_WEBHOOK_SECRET: secrets } });
});

it('programs of a stack start with a secret that came in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-secret-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'secret');
  await writeFile(file, 'from a file\n');
  expect(childrenRead({ CONVEYOR_WEBHOOK_SECRET_FILE: file })).toMatchObject({
    kind: 'loaded',
    environment: { CONVEYOR_WEBHOOK_SECRET: ['from a file'] },
  });
});
