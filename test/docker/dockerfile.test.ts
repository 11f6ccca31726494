/** There may be no container engine where these tests run: what can go wrong is looked for in the text. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../adapters/config/environment.ts';
import { ROOT } from '../docs/documents.ts';
import { BUILD, isBuilt, PACKAGE } from './built-files.ts';
import { readCompose } from './compose-file.ts';
import { finalStage, healthCommand, only, pairs, readDockerfile, words } from './dockerfile.ts';

const file = readDockerfile();
const [build, image] = file.stages;
if (!build || !image || file.stages.length !== 2)
  throw new Error('The Dockerfile builds in one stage and runs in another');

const runs = (stage: typeof image): string[] =>
  stage.instructions.filter(({ name }) => name === 'RUN').map(({ rest }) => rest);

describe('the Dockerfile', () => {
  it('stands on one Debian slim image, pinned to a release of Node the package runs on', () => {
    expect(new Set(file.stages.map((stage) => stage.image)).size).toBe(1);
    const [, major, minor] = /^node:(\d+)\.(\d+)\.\d+-bookworm-slim$/.exec(image.image) ?? [];
    const [, leastMajor, leastMinor] = /^>=(\d+)\.(\d+)$/.exec(PACKAGE.engines.node) ?? [];
    expect(Number(major) * 1000 + Number(minor)).toBeGreaterThanOrEqual(Number(leastMajor) * 1000 + Number(leastMinor));
  });

  it('builds with the scripts there are, and leaves development packages out of the image', () => {
    expect(runs(build)).toEqual(['npm ci', 'npm run build']);
    expect(PACKAGE.scripts['build']).toBeDefined();
    expect(runs(image)).toContain('npm ci --omit=dev && npm cache clean --force');
    const copied = image.instructions.filter(({ name }) => name === 'COPY');
    expect(copied.map(({ flags, rest }) => [flags['from'], rest])).toEqual([
      [undefined, 'package.json package-lock.json ./'],
      ['build', '/app/dist ./dist'],
    ]);
  });

  it('copies only what is there', () => {
    const sources = file.stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ name, flags }) => name === 'COPY' && flags['from'] === undefined)
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
  });

  it('is prepared as root and run as somebody else', () => {
    const names = image.instructions.map(({ name }) => name);
    expect(only(image, 'USER').rest).toBe('node');
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'));
    expect(names.lastIndexOf('COPY')).toBeLessThan(names.indexOf('USER'));
  });

  it('has what the product starts: git, unshare, and a first process that passes signals on and reaps', () => {
    const [, packages = ''] =
      /apt-get install --yes --no-install-recommends ([^&]+)&&/.exec(runs(image)[0] ?? '') ?? [];
    expect(packages.trim().split(/\s+/)).toEqual(expect.arrayContaining(['git', 'util-linux', 'tini']));
    expect(words(only(image, 'ENTRYPOINT').rest)).toEqual(['tini', '-s', '--']);
    expect(only(image, 'STOPSIGNAL').rest).toBe('SIGTERM');
  });

  it('runs files that the build makes', () => {
    const [program, script = ''] = words(only(image, 'CMD').rest);
    expect([program, isBuilt(script)]).toEqual(['node', true]);
    const [, linked = '', command = ''] =
      /ln -s \/app\/(\S+) \/usr\/local\/bin\/(\S+)/.exec(runs(image).join(' ')) ?? [];
    expect([PACKAGE.bin[command], isBuilt(linked)]).toEqual([linked, true]);
  });

  it('finds out what is not built', () => {
    expect(
      ['dist/worker/main.js', 'dist/worker/none.js', 'dist/test/x.js', 'dist/worker/build.js'].map(isBuilt),
    ).toEqual([true, false, false, false]);
  });

  it('sets only variables that Conveyor knows, and no secret', () => {
    const env = Object.assign(
      {},
      ...image.instructions.filter(({ name }) => name === 'ENV').map(({ rest }) => pairs(rest)),
    );
    expect(readEnvironment(env)).toMatchObject({ kind: 'loaded', environment: { CONVEYOR_DATA: '/data' } });
    expect(Object.keys(env).toSorted()).toEqual(['CONVEYOR_CONFIG', 'CONVEYOR_DATA', 'NODE_ENV']);
    expect(Object.keys(file.args)).toEqual(['NODE_IMAGE']);
  });

  it('asks a program for its health without a shell or a tool that may not be there', () => {
    expect(healthCommand(finalStage(file)).slice(0, 2)).toEqual(['node', '-e']);
  });
});

describe('.dockerignore', () => {
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  const [first, ...allowed] = lines.filter((line) => line !== '' && !line.startsWith('#'));

  it('lets in what the build reads and nothing else', () => {
    const read = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', ...BUILD.include];
    expect([first, allowed.toSorted()]).toEqual(['*', read.map((name) => `!${name}`).toSorted()]);
  });
});

it('Compose builds this image under the name of this version', () => {
  const built = Object.values(readCompose().services).filter((service) => service.build !== undefined);
  expect(new Set(built.map((service) => service.image))).toEqual(new Set([`conveyor:${PACKAGE.version}`]));
});

it.each([
  ['VOLUME /data', 'not known'],
  ['RUN true', 'before the first FROM'],
  ['FROM a\nCMD ["x"]\nCMD ["y"]', 'Expected one CMD'],
  ['FROM a\nCMD node x.js', 'JSON'],
])('the parser refuses %j', (text, why) => {
  expect(() => words(only(finalStage(readDockerfile(text)), 'CMD').rest)).toThrow(why);
});
