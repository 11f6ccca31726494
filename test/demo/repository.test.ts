import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkout, type Checkout } from './checkout.ts';

// Every test starts a dozen processes.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let repository: Checkout;

beforeEach(async () => {
  repository = await checkout();
});

afterEach(() => repository.remove());

test('the tests of the first commit pass, and fail when the service greets nobody', async () => {
  const first = await repository.run('--test');
  expect(first.output).toContain('# fail 0');
  expect(first.exitCode).toBe(0);

  await overwrite('service/greeting.mjs', "export const greeting = () => 'Hello!';\n");
  expect((await repository.run('--test')).exitCode).toBe(1);
});

test('building twice gives the same bytes, and other sources give others', async () => {
  expect((await repository.run('build.mjs')).exitCode).toBe(0);
  const first = await digest('dist');
  await repository.run('build.mjs');
  expect(await digest('dist')).toBe(first);

  await overwrite('service/greeting.mjs', 'export const greeting = (name) => `Hi, ${name}!`;\n');
  await repository.run('build.mjs');
  expect(await digest('dist')).not.toBe(first);
});

test('what was built answers as the release the environment names, until it is told to stop', async () => {
  await repository.run('build.mjs');
  await using service = await startBuilt({
    VERSION: '9.9.9',
    REVISION: 'abc',
    IMAGE_DIGEST: 'sha256:d',
    DEPLOY_ID: 'd1',
  });

  expect(await (await fetch(`${service.url}/version`)).json()).toEqual({
    version: '9.9.9',
    revision: 'abc',
    digest: 'sha256:d',
    deployId: 'd1',
  });
  const health = await fetch(`${service.url}/healthz`);
  expect([health.status, await health.text()]).toEqual([200, 'ok']);
  expect(await service.stop()).toBe(0);
  await expect(fetch(`${service.url}/healthz`)).rejects.toThrow('fetch failed');
});

test('without an environment the version is the one of the package', async () => {
  await repository.run('build.mjs');
  await using service = await startBuilt({});
  const { version } = JSON.parse(await readFile(inside('package.json'), 'utf8')) as { version: string };
  expect(await (await fetch(`${service.url}/version`)).json()).toMatchObject({ version, revision: 'unknown' });
});

test('every staging check it declares is true of what was built, and the smoke command sees an unnamed release', async () => {
  const { checks } = parse(await readFile(inside('.conveyor/staging-checks.yaml'), 'utf8')) as {
    checks: StagingCheck[];
  };
  expect(checks.map((check) => check.id)).toEqual(['C1', 'C2', 'C3', 'C4', 'C5']);
  await repository.run('build.mjs');

  await using service = await startBuilt({ REVISION: 'abc', IMAGE_DIGEST: 'sha256:d', DEPLOY_ID: 'd1' });
  for (const check of checks) expect(await outcome(check, service.url), check.id).toBe('pass');

  await using unnamed = await startBuilt({});
  const smoke = checks.find((check) => check.kind === 'command');
  expect(smoke && (await outcome(smoke, unnamed.url))).toBe('fail');
});

test('the required check is the repository’s own test run', async () => {
  expect(parse(await readFile(inside('.conveyor/checks.yaml'), 'utf8'))).toEqual({
    contexts: [{ name: 'unit', command: ['node', '--test'], timeoutSeconds: 60 }],
    reviewers: [],
  });
});

type StagingCheck =
  | { id: string; kind: 'http'; path: string; expectStatus: number; expectBody?: string }
  | { id: string; kind: 'command'; command: [string, ...string[]] };

async function outcome(check: StagingCheck, url: string): Promise<'pass' | 'fail'> {
  switch (check.kind) {
    case 'http': {
      const response = await fetch(url + check.path);
      const body = await response.text();
      return response.status === check.expectStatus && body.includes(check.expectBody ?? '') ? 'pass' : 'fail';
    }
    case 'command': {
      const [file, ...args] = check.command;
      const env = { PATH: process.env['PATH'] ?? '', URL: url };
      const result = await execa(file, args, { cwd: repository.path, env, extendEnv: false, reject: false });
      return result.exitCode === 0 ? 'pass' : 'fail';
    }
  }
}

function inside(file: string): string {
  return path.join(repository.path, file);
}

function overwrite(file: string, content: string): Promise<void> {
  return writeFile(inside(file), content);
}

async function digest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = await readdir(inside(folder), { recursive: true, withFileTypes: true });
  const names = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
  for (const name of names.toSorted()) hash.update(`${name}\n`).update(await readFile(name));
  return hash.digest('hex');
}

async function startBuilt(env: Record<string, string>) {
  const service = execa(process.execPath, ['service/server.mjs'], {
    cwd: inside('dist'),
    env: { ...env, PORT: '0' },
    extendEnv: false,
    reject: false,
  });
  const [line] = (await once(service.stdout, 'data')) as [Buffer];
  const url = /http:\/\/\S+/.exec(line.toString())?.[0];
  if (!url) throw new Error(`The service did not say where it listens: ${line.toString()}`);
  const stop = async (): Promise<number | undefined> => {
    service.kill('SIGTERM');
    return (await service).exitCode;
  };
  return { url, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
