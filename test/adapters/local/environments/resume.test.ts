import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify } from '../../../../adapters/local/processes/identity.ts';
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

describe('a deploy whose program was killed', () => {
  /** Deploys `two` from a program of its own, which is killed when the release is up but not yet on record. */
  async function killedDeploy(readyFile: string): Promise<void> {
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      const { createLab, deployOf } = await import(${url('./support.ts')});
      const lab = await createLab(${JSON.stringify(lab.root)});
      await lab.environments.deploy(deployOf(${JSON.stringify(two)}, ${JSON.stringify(DEPLOY_2)}));`;
    const program = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: 'inherit',
    });
    await waitFor(
      () =>
        readFile(readyFile, 'utf8').then(
          () => true,
          () => false,
        ),
      'the release to start',
    );
    program.kill('SIGKILL');
    await waitFor(() => program.signalCode !== null, 'the program to be dead');
  }

  beforeEach(async () => {
    // Answers as itself only after the file `go` is there, so that the deploy is killed while it waits.
    const slow = `import { existsSync, writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(join(lab.root, 'up'))}, '');
      while (!existsSync(${JSON.stringify(join(lab.root, 'go'))})) await new Promise((resolve) => setTimeout(resolve, 10));`;
    two = await storeArtifact(lab.root, { 'server.mjs': slow + SERVICE }, TWO);
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    await killedDeploy(join(lab.root, 'up'));
    await writeFile(join(lab.root, 'go'), '');
  });

  it('is carried on by the next call, with one process in the end', async () => {
    expect(await lab.environments.deploy(deployOf(two, DEPLOY_2))).toEqual({ kind: 'deployed' });
    expect(await lab.running()).toMatchObject({ digest: two.digest, deployId: DEPLOY_2 });
    expect(await lab.live()).toBe(1);
  });

  it('takes over the release it had started, if that answers meanwhile', async () => {
    await waitFor(async () => (await lab.starts()).some((line) => line.startsWith(DEPLOY_2)), 'the release to serve');
    await waitFor(lab.running, 'the release to answer');
    const pid = await lab.lastPid();
    expect(await lab.environments.deploy(deployOf(two, DEPLOY_2))).toEqual({ kind: 'deployed' });
    expect(await lab.lastPid()).toBe(pid);
  });

  it('is undone by resume, which brings back what is proven to run', async () => {
    await lab.environments.resume();
    expect(await lab.running()).toMatchObject({ digest: one.digest, deployId: DEPLOY_1 });
    expect(await lab.live()).toBe(1);
  });
});

describe('resume and stopAll', () => {
  it('leaves alone what still runs, also when another program asks', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    await lab.again().resume();
    expect(await lab.starts()).toHaveLength(1);
  });

  it('starts what was killed, on the same address', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    const before = await lab.running();
    process.kill(await lab.lastPid(), 'SIGKILL');
    await waitFor(async () => (await lab.running()) === undefined, 'the environment to be silent');
    await lab.again().resume();
    expect(await lab.running()).toEqual(before);
  });

  it('ends everything, forgets nothing, and both can be asked twice', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    await lab.environments.deploy(deployOf(two, DEPLOY_2, 1, PRODUCTION));
    const pids = (await lab.starts()).map((line) => Number(line.split(' ')[1]));
    await lab.environments.stopAll();
    await lab.environments.stopAll();
    expect(await Promise.all(pids.map(identify))).toEqual([undefined, undefined]);
    await lab.again().resume();
    await lab.again().resume();
    expect(await lab.running(STAGING)).toMatchObject({ deployId: DEPLOY_1 });
    expect(await lab.running(PRODUCTION)).toMatchObject({ deployId: DEPLOY_2 });
    expect(await lab.starts()).toHaveLength(4);
  });

  it('ends also what a release has started and left behind', async () => {
    const server = `import { spawn } from 'node:child_process';
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });${SERVICE}`;
    const forking = await storeArtifact(lab.root, { 'server.mjs': server }, ONE);
    await lab.environments.deploy(deployOf(forking, DEPLOY_1));
    expect(await lab.live()).toBe(2);
    process.kill(await lab.lastPid(), 'SIGKILL');
    await lab.environments.stopAll();
    expect(await lab.live()).toBe(0);
  });

  it('says which environment did not come up, after it tried them all', async () => {
    await lab.environments.deploy(deployOf(one, DEPLOY_1));
    await lab.environments.deploy(deployOf(two, DEPLOY_2, 1, PRODUCTION));
    await lab.environments.stopAll();
    const [release = ''] = await readdir(join(lab.root, 'environments', 'demo%2Fstaging', 'releases'));
    await writeFile(
      join(lab.root, 'environments', 'demo%2Fstaging', 'releases', release, 'server.mjs'),
      'process.exit(1)',
    );
    await expect(lab.environments.resume()).rejects.toMatchObject({
      type: 'Environment.NotResumed',
      message: expect.stringMatching(/^Did not come up: demo\/staging: it ended/) as string,
    });
    expect(await lab.running(PRODUCTION)).toMatchObject({ deployId: DEPLOY_2 });
  });
});
