import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EnvironmentEvent } from '../../../../adapters/local/environments/options.ts';
import type { Artifact } from '../../../../domain/subject.ts';
import { waitFor } from '../../../support/wait-for.ts';
import type { Lab } from './support.ts';
import { createLab, deployOf, PRODUCTION, SERVICE, STAGING, storeArtifact } from './support.ts';

const [ONE, TWO] = ['1'.repeat(40), '2'.repeat(40)];
const DEPLOY_1 = 'DEMO-1#1/deploy-staging/1/deploy';
const DEPLOY_2 = 'DEMO-1#1/deploy-staging/2/deploy';

let lab: Lab;
let one: Artifact;
let two: Artifact;

beforeEach(async () => {
  lab = await createLab(await mkdtemp(join(tmpdir(), 'conveyor-environments-')));
  one = await storeArtifact(lab.root, { 'server.mjs': SERVICE }, ONE);
  two = await storeArtifact(lab.root, { 'server.mjs': `${SERVICE}// two` }, TWO);
});

afterEach(async () => {
  await lab.environments.stopAll();
  await rm(lab.root, { recursive: true, force: true });
});

describe('deploy', () => {
  it('runs exactly the artifact, which answers version, revision, digest and deploy id', async () => {
    expect(await lab.running()).toBeUndefined();
    expect(await lab.environments.deploy(deployOf(one, DEPLOY_1))).toEqual({ kind: 'deployed' });
    expect(await lab.running()).toEqual({
      digest: one.digest,
      revision: ONE,
      version: ONE.slice(0, 12),
      deployId: DEPLOY_1,
      health: 'healthy',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
    });
  });

  it('gives the release the deploy contract and nothing else of our environment', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1, 7));
    const { url } = (await lab.running()) ?? { url: '' };
    const env = (await (await fetch(`${url}/env`)).json()) as Record<string, string>;
    expect(env).toEqual({
      PATH: process.env['PATH'],
      STARTS: join(lab.root, 'starts'),
      PORT: new URL(url).port,
      HOST: '127.0.0.1',
      VERSION: ONE.slice(0, 12),
      REVISION: ONE,
      EXPECTED_REVISION: ONE,
      IMAGE_DIGEST: one.digest,
      DEPLOY_ID: DEPLOY_1,
      ENVIRONMENT: STAGING,
      LEASE: '7',
      CONVEYOR_PROCESS: `environment:${join(lab.root, 'environments')}:${STAGING}`,
    });
  });

  it('has the effect of one call when it is called twice, also by another program', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    expect(await lab.again().deploy(deployOf(one, DEPLOY_1))).toEqual({ kind: 'deployed' });
    expect(await lab.starts()).toHaveLength(1);
  });

  it('has the effect of one call when two make it at the same time', async () => {
    const both = [lab.environments, lab.again()].map((environments) => environments.deploy(deployOf(one, DEPLOY_1)));
    expect(await Promise.all(both)).toEqual([{ kind: 'deployed' }, { kind: 'deployed' }]);
    expect(await lab.starts()).toHaveLength(1);
  });

  it('replaces what ran, on the same address, and keeps the files of the current and the previous release only', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    const before = await lab.running();
    await lab.environments.deploy(deployOf(two, DEPLOY_2));
    expect(await lab.running()).toMatchObject({ digest: two.digest, deployId: DEPLOY_2, url: before?.url });
    await lab.environments.deploy(deployOf(one, 'third'));
    expect(await lab.live()).toBe(1);
    const releases = await readdir(join(lab.root, 'environments', 'demo%2Fstaging', 'releases'));
    expect(releases.map((name) => name.split('@')[0]).sort((a = '', b = '') => a.localeCompare(b))).toEqual([
      encodeURIComponent(DEPLOY_2),
      'third',
    ]);
  });

  it('starts the same artifact again for another deploy, so that the deploy proves itself', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    await lab.environments.deploy(deployOf(one, DEPLOY_2));
    expect(await lab.running()).toMatchObject({ digest: one.digest, deployId: DEPLOY_2 });
    expect(await lab.starts()).toHaveLength(2);
  });

  it('keeps environments apart', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    await lab.environments.deploy(deployOf(two, DEPLOY_2, 1, PRODUCTION));
    expect(await lab.running(STAGING)).toMatchObject({ digest: one.digest });
    expect(await lab.running(PRODUCTION)).toMatchObject({ digest: two.digest });
  });

  it('refuses an older lease than the newest it has seen, and changes nothing', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1, 10));
    const refused = await lab.again().deploy(deployOf(two, DEPLOY_2, 9));
    expect(refused).toEqual({ kind: 'refused', detail: expect.stringContaining('Lease 9 is older than 10') as string });
    expect(await lab.running()).toMatchObject({ deployId: DEPLOY_1 });
    expect(await lab.starts()).toHaveLength(1);
    expect(await lab.environments.deploy(deployOf(two, DEPLOY_2, 10))).toEqual({ kind: 'deployed' });
  });

  it('remembers the newest lease also of a deploy that failed', async () => {
    const broken = await storeArtifact(lab.root, { 'server.mjs': 'process.exit(1)' }, TWO);
    await lab.environments.deploy(deployOf(broken, DEPLOY_1, 10));
    expect(await lab.environments.deploy(deployOf(one, DEPLOY_2, 9))).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['ends at once', 'console.log("no database"); process.exit(1)', /ended.*\n.*no database/],
    [
      'never answers',
      'console.log("thinking"); setInterval(() => {}, 1000)',
      /not ready within 600 ms: GET \/version: .*ECONNREFUSED.*\n.*thinking/,
    ],
    [
      'answers as something else',
      SERVICE.replace('revision: REVISION', 'revision: "other"'),
      /answered revision "other", expected "2{40}"/,
    ],
    ['answers no version', SERVICE.replace('/version', '/nothing'), /GET \/version answered 404/],
    ['does not obey SIGTERM either', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', /not ready/],
  ])('brings the old release back when the new one %s, and says so', async (_what, server, why) => {
    const environments = lab.again({
      environments: {
        [STAGING]: { project: 'demo', part: 'staging', start: [process.execPath, 'server.mjs'], port: 0, readyMs: 600 },
      },
      graceMs: 100,
    });
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    const broken = await storeArtifact(lab.root, { 'server.mjs': server }, TWO);
    const result = await environments.deploy(deployOf(broken, DEPLOY_2));
    expect(result).toEqual({ kind: 'failed', detail: expect.stringMatching(why) as string });
    expect(result).toMatchObject({ detail: expect.stringMatching(/111111111111 runs there again\.$/) as string });
    expect(await lab.running()).toMatchObject({ digest: one.digest, deployId: DEPLOY_1, health: 'healthy' });
    expect(await lab.live()).toBe(1);
  });

  it('says that nothing runs when the first release fails', async () => {
    const broken = await storeArtifact(lab.root, { 'server.mjs': 'process.exit(1)' }, TWO);
    const result = await lab.environments.deploy(deployOf(broken, DEPLOY_1));
    expect(result).toMatchObject({
      kind: 'failed',
      detail: expect.stringMatching(/Nothing runs there now\.$/) as string,
    });
    expect(await lab.running()).toBeUndefined();
    await lab.environments.resume();
    expect(await lab.live()).toBe(0);
  });

  it('refuses bytes that do not have the digest, before it touches what runs', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    const stored = join(
      lab.root,
      'artifacts',
      'demo%2Fservice',
      'blobs',
      'sha256',
      two.digest.slice(7),
      'files',
      'server.mjs',
    );
    await writeFile(stored, `${SERVICE}// evil`);
    await expect(lab.environments.deploy(deployOf(two, DEPLOY_2))).rejects.toMatchObject({ type: 'Artifacts.Corrupt' });
    expect(await lab.running()).toMatchObject({ deployId: DEPLOY_1 });
    expect(await lab.starts()).toHaveLength(1);
  });

  it('has seen a lease as soon as it was named, also when the deploy then meets trouble', async () => {
    await rm(join(lab.root, 'artifacts', 'demo%2Fservice', 'blobs', 'sha256', two.digest.slice(7)), {
      recursive: true,
    });
    const deploy = lab.environments.deploy(deployOf(two, DEPLOY_2, 10));
    await expect(deploy).rejects.toMatchObject({ type: 'Artifacts.NotFound' });
    expect(await lab.environments.deploy(deployOf(one, DEPLOY_1, 9))).toMatchObject({ kind: 'refused' });
  });

  it('starts the release again when its process was killed', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    process.kill(await lab.lastPid(), 'SIGKILL');
    expect(await lab.environments.deploy(deployOf(one, DEPLOY_1))).toEqual({ kind: 'deployed' });
    expect(await lab.running()).toMatchObject({ deployId: DEPLOY_1 });
    expect(await lab.starts()).toHaveLength(2);
  });

  it('tells once per deploy how it went, and a listener that fails spoils nothing', async () => {
    const heard: EnvironmentEvent[] = [];
    const environments = lab.again({
      announce: (event) => {
        heard.push(event);
        throw new Error('nobody listens');
      },
    });
    expect(await environments.deploy(deployOf(one, DEPLOY_1))).toEqual({ kind: 'deployed' });
    expect(heard).toEqual([
      {
        event: 'deployed',
        project: 'demo',
        environment: STAGING,
        revision: ONE,
        digest: one.digest,
        deployId: DEPLOY_1,
        at: 1_700_000_000_000,
      },
    ]);
  });
});

describe('running', () => {
  it('believes the environment, not the record', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    process.kill(await lab.lastPid(), 'SIGKILL');
    await waitFor(async () => (await lab.running()) === undefined, 'the environment to be silent');
  });

  it('is unhealthy when only /healthz is not 200', async () => {
    const sick = await storeArtifact(lab.root, { 'server.mjs': SERVICE.replace('/healthz', '/nothing') }, ONE);
    await lab.environments.deploy(deployOf(sick, DEPLOY_1));
    expect(await lab.running()).toMatchObject({ digest: sick.digest, health: 'unhealthy' });
  });

  it('takes the deploy id from the record when the service does not tell one', async () => {
    const plain = await storeArtifact(lab.root, { 'server.mjs': SERVICE.replace(', deployId: DEPLOY_ID', '') }, ONE);
    await lab.environments.deploy(deployOf(plain, DEPLOY_1));
    expect(await lab.running()).toMatchObject({ digest: plain.digest, deployId: DEPLOY_1 });
  });
});

describe('names', () => {
  it('knows which environment plays a part for a project', () => {
    expect(lab.environments.name('demo', 'staging')).toBe(STAGING);
    expect(lab.environments.name('demo', 'production')).toBe(PRODUCTION);
    expect(() => lab.environments.name('other', 'staging')).toThrow('Project other has no environment for staging');
  });

  it.each([
    ['an unknown environment', 'demo', 'demo/qa'],
    ["another project's environment", 'other', STAGING],
  ])('says what exists when asked about %s', async (_what, project, environment) => {
    await expect(lab.environments.running(project, environment)).rejects.toMatchObject({
      type: 'Environment.Unknown',
      message: `There is no environment "${environment}" of project ${project}. Known: demo/staging, demo/production`,
    });
  });
});
