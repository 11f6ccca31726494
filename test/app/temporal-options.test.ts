import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporalOptions } from '../../app/temporal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyor-temporal-'));
  await writeFile(join(folder, 'key'), 'of this test\n');
  await writeFile(join(folder, 'client.pem'), 'certificate');
  await writeFile(join(folder, 'client.key'), 'key');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const CLOUD = { TEMPORAL_ADDRESS: 'orchard.example.com:7233', TEMPORAL_NAMESPACE: 'orchard.a1b2c' };

it('without anything connects in the clear to the namespace default', () => {
  // A file that is not there, so that this person's own profile is not read.
  const { connection, namespace } = temporalOptions({}, { TEMPORAL_CONFIG_FILE: join(folder, 'none.toml') });
  expect([connection.address, connection.tls, namespace]).toEqual([undefined, undefined, 'default']);
});

it.each([
  ['a key', () => ({ TEMPORAL_API_KEY: 'of this test' })],
  ['a key in a file', () => ({ TEMPORAL_API_KEY_FILE: join(folder, 'key') })],
])('with %s connects with TLS and the key', (_what, key) => {
  const { connection, namespace } = temporalOptions({}, { ...CLOUD, ...key() });
  expect([connection.address, namespace]).toEqual(['orchard.example.com:7233', 'orchard.a1b2c']);
  expect(connection.apiKey).toBe('of this test');
  expect(connection.tls).toBeTruthy();
});

it('with a certificate and its key connects with both', () => {
  const { connection } = temporalOptions(
    {},
    {
      ...CLOUD,
      TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'client.pem'),
      TEMPORAL_TLS_CLIENT_KEY_PATH: join(folder, 'client.key'),
    },
  );
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const pair = { crt: bytes('certificate'), key: bytes('key') };
  expect(connection.tls).toMatchObject({ clientCertPair: pair });
});
