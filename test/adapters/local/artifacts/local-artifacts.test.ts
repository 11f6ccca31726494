import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Artifacts } from '../../../../activities/ports.ts';
import type { BuildRecipe } from '../../../../adapters/local/artifacts/build.ts';
import { artifactFolder } from '../../../../adapters/local/artifacts/layout.ts';
import { createLocalArtifacts } from '../../../../adapters/local/artifacts/local-artifacts.ts';
import { identify } from '../../../../adapters/local/processes/identity.ts';
import type { Artifact } from '../../../../domain/subject.ts';
import type { SampleRepo } from '../../../support/sample-repo.ts';
import { createSampleRepo, gitCheckout } from '../../../support/sample-repo.ts';
import { waitFor } from '../../../support/wait-for.ts';

const IMAGE = 'demo/service';
const ENV = { PATH: process.env['PATH'] ?? '' };
/** Counts its runs outside of the checkout, so that a test sees whether it was built again. */
const BUILD = `#!/bin/sh
set -e
echo run >> "$COUNTER"
mkdir -p out/bin
cp src.txt out/src.txt
cp build.sh out/bin/tool
ln -s ../src.txt out/bin/link
echo "built $REVISION"
`;

let root: string;
let repo: SampleRepo;
let revision: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-artifacts-'));
  repo = await createSampleRepo(join(root, 'repo'));
  revision = await repo.commit({ 'src.txt': 'one', 'build.sh': BUILD });
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function store(recipe: Partial<BuildRecipe> = {}, name = 'store'): Artifacts {
  return createLocalArtifacts({
    root: join(root, name),
    checkout: gitCheckout,
    buildOf: () => ({ image: IMAGE, command: ['./build.sh'], output: 'out', timeoutMs: 30_000, ...recipe }),
    env: { ...ENV, COUNTER: join(root, 'counter') },
  });
}

async function built(artifacts: Artifacts, sha = revision): Promise<Artifact> {
  const result = await artifacts.build({ repo: repo.path, revision: sha });
  if (result.kind === 'failed') throw new Error(result.output);
  return result.artifact;
}

async function runs(): Promise<number> {
  return (await readFile(join(root, 'counter'), 'utf8')).trim().split('\n').length;
}

function fileOf(artifact: Artifact, name: string): string {
  return join(artifactFolder(join(root, 'store'), artifact.image, artifact.digest), 'files', name);
}

describe('build', () => {
  it('builds exactly the asked commit, not what the repository holds now', async () => {
    await repo.commit({ 'src.txt': 'two' });
    await writeFile(join(repo.path, 'src.txt'), 'uncommitted');
    const artifact = await built(store());
    expect(artifact).toMatchObject({
      image: IMAGE,
      revision,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    });
    expect(await readFile(fileOf(artifact, 'src.txt'), 'utf8')).toBe('one');
    expect(await readFile(fileOf(artifact, 'bin/link'), 'utf8')).toBe('one');
    expect((await stat(fileOf(artifact, 'bin/tool'))).mode & 0o777).toBe(0o755);
    expect(await store().find(IMAGE, artifact.digest)).toEqual({ digest: artifact.digest, revision });
  });

  it('finds by revision what is built, and does not build it again', async () => {
    const first = await built(store());
    expect(await built(store())).toEqual(first);
    expect(await runs()).toBe(1);
  });

  it('is built once when several ask at the same time', async () => {
    const all = await Promise.all([1, 2, 3].map(() => built(store())));
    expect(new Set(all.map((artifact) => artifact.buildRun)).size).toBe(1);
    expect(await runs()).toBe(1);
  });

  it('gives the same bytes of the same revision the same digest, whoever builds them', async () => {
    const [one, other] = [await built(store()), await built(store({}, 'another-store'))];
    expect(await runs()).toBe(2);
    expect(other.digest).toBe(one.digest);
    expect(other.buildRun).not.toBe(one.buildRun);
  });

  it.each([
    ['content', { 'src.txt': 'two' }],
    ['the revision alone', {}],
  ])('gives another digest when %s differs', async (_what, files) => {
    const first = await built(store());
    const second = await built(store(), await repo.commit(files));
    expect(second.digest).not.toBe(first.digest);
    expect(await store().find(IMAGE, first.digest)).toEqual({ digest: first.digest, revision });
  });

  it('gives another digest when only an executable bit differs', async () => {
    const plain = await built(store({ command: ['sh', '-c', 'mkdir out; echo x > out/tool'] }));
    const executable = await built(
      store({ command: ['sh', '-c', 'mkdir out; echo x > out/tool; chmod +x out/tool'] }, 'other'),
    );
    expect(executable.digest).not.toBe(plain.digest);
  });

  it('shows the build only the allowed environment', async () => {
    const artifact = await built(store({ command: ['sh', '-c', 'mkdir out; env > out/env'] }));
    const names = (await readFile(fileOf(artifact, 'env'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    const shells = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(new Set(names.filter((name) => !shells.includes(name ?? '')))).toEqual(
      new Set(['CONVEYOR_PROCESS', 'COUNTER', 'PATH', 'REVISION']),
    );
  });

  it.each([
    [
      'ends with another code than 0',
      { command: ['sh', '-c', 'echo boom; exit 3'] },
      /"sh -c echo boom; exit 3" ended with 3\nboom$/,
    ],
    ['does not start', { command: ['./no-such-program'] }, /did not start\ncannot start/],
    [
      'takes too long',
      { command: ['sh', '-c', 'echo begun; sleep 60'], timeoutMs: 300 },
      /after its limit of 300 ms\nbegun$/,
    ],
    ['leaves no output', { output: 'nowhere' }, /left no folder "nowhere"/],
    ['leaves an empty output', { command: ['mkdir', 'out'] }, /left no file in "out"/],
    ['names an output outside of the checkout', { output: '../..' }, /outside of the checkout/],
    [
      'links out of its output',
      { command: ['sh', '-c', 'mkdir out; ln -s ../../secret out/x'] },
      /x links to \.\.\/\.\.\/secret, outside/,
    ],
    [
      'links to an absolute path',
      { command: ['sh', '-c', 'mkdir out; ln -s /etc/passwd out/x'] },
      /x links to \/etc\/passwd, outside/,
    ],
  ])('is a judged failure when the build %s, and nothing is kept', async (_what, recipe, output) => {
    const artifacts = store(recipe);
    expect(await artifacts.build({ repo: repo.path, revision })).toEqual({
      kind: 'failed',
      output: expect.stringMatching(output) as string,
    });
    expect(await built(store())).toMatchObject({ revision });
  });

  it('builds anew after it was killed in the middle, and ends what the killed build left running', async () => {
    const script = `
      const { createLocalArtifacts } = await import(${JSON.stringify(new URL('../../../../adapters/local/artifacts/local-artifacts.ts', import.meta.url).href)});
      const { gitCheckout } = await import(${JSON.stringify(new URL('../../../support/sample-repo.ts', import.meta.url).href)});
      const artifacts = createLocalArtifacts({
        root: ${JSON.stringify(join(root, 'store'))}, checkout: gitCheckout, env: ${JSON.stringify(ENV)},
        buildOf: () => ({ image: '${IMAGE}', command: ['sh', '-c', 'mkdir out; echo half > out/half; echo $$ > ${root}/pid; exec sleep 300'], output: 'out', timeoutMs: 60_000 }),
      });
      await artifacts.build({ repo: ${JSON.stringify(repo.path)}, revision: '${revision}' });`;
    const builder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: 'inherit',
    });
    const pid = await waitFor(
      async () => Number(await readFile(join(root, 'pid'), 'utf8').catch(() => '0')) || undefined,
      'the build',
    );
    builder.kill('SIGKILL');
    const artifact = await built(store());
    expect(await readdir(fileOf(artifact, '.'))).toEqual(['bin', 'src.txt']);
    expect(await identify(pid)).toBeUndefined();
    expect(await readdir(join(root, 'store', 'demo%2Fservice', 'work'))).toEqual([expect.stringMatching(/^\..*lock$/)]);
  });

  it('finishes a build that was killed before it was written down', async () => {
    const first = await built(store());
    await rm(join(root, 'store', 'demo%2Fservice', 'builds'), { recursive: true });
    expect((await built(store())).digest).toBe(first.digest);
  });

  it('replaces an artifact whose files were damaged', async () => {
    const first = await built(store());
    await writeFile(fileOf(first, 'src.txt'), 'damaged');
    expect((await built(store())).digest).toBe(first.digest);
    expect(await readFile(fileOf(first, 'src.txt'), 'utf8')).toBe('one');
  });

  it('passes trouble with the checkout on instead of judging the code', async () => {
    const artifacts = store();
    await expect(artifacts.build({ repo: repo.path, revision: 'f'.repeat(40) })).rejects.toThrow();
  });
});

describe('find', () => {
  it('knows nothing of an image or a digest that is not there', async () => {
    await built(store());
    expect(await store().find(IMAGE, `sha256:${'0'.repeat(64)}`)).toBeUndefined();
    expect(await store().find('other', `sha256:${'0'.repeat(64)}`)).toBeUndefined();
  });

  it('takes a manifest that does not have its digest for a damaged store, never for an answer', async () => {
    const artifact = await built(store());
    const manifest = join(fileOf(artifact, '..'), 'manifest.json');
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace(revision, 'e'.repeat(40)));
    await expect(store().find(IMAGE, artifact.digest)).rejects.toMatchObject({
      type: 'Artifacts.Corrupt',
      trouble: 'config',
    });
  });

  it('refuses what is no digest', async () => {
    await expect(store().find(IMAGE, 'sha256:../../../etc')).rejects.toMatchObject({ type: 'Artifacts.BadDigest' });
  });
});

describe('promote', () => {
  it('tags the same bytes, also the second time', async () => {
    const { digest } = await built(store());
    expect(await store().promote({ image: IMAGE, digest, tag: 'v1' })).toBe('promoted');
    expect(await store().promote({ image: IMAGE, digest, tag: 'v1' })).toBe('promoted');
    expect(await store().find(IMAGE, digest)).toEqual({ digest, revision });
  });

  it('never moves a tag that points elsewhere', async () => {
    const first = await built(store());
    const second = await built(store(), await repo.commit({ 'src.txt': 'two' }));
    await store().promote({ image: IMAGE, digest: first.digest, tag: 'v1' });
    expect(await store().promote({ image: IMAGE, digest: second.digest, tag: 'v1' })).toBe('taken');
    expect(await store().promote({ image: IMAGE, digest: first.digest, tag: 'v1' })).toBe('promoted');
  });

  it('lets one of two racing digests win', async () => {
    const first = await built(store());
    const second = await built(store(), await repo.commit({ 'src.txt': 'two' }));
    const race = [first, second].map(({ digest }) => store().promote({ image: IMAGE, digest, tag: 'v1' }));
    expect((await Promise.all(race)).sort()).toEqual(['promoted', 'taken']);
  });

  it('refuses to tag what it does not have', async () => {
    const promote = store().promote({ image: IMAGE, digest: `sha256:${'0'.repeat(64)}`, tag: 'v1' });
    await expect(promote).rejects.toMatchObject({ type: 'Artifacts.NotFound' });
  });
});
