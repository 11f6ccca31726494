import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWorkspaces } from '../../../adapters/git/workspaces.ts';
import { createScene, ROLE, writeFiles } from './scene.ts';

const BRANCH = 'task/DEMO-1-hello';

test('a push makes the branch, and the same push again changes nothing', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const push = { repo: 'demo', branch: BRANCH, sha: scene.first, expected: null };
  expect(await workspaces.push(push)).toBe('pushed');
  expect(await workspaces.push(push)).toBe('pushed');
  expect(await scene.onRemote('for-each-ref', '--format=%(refname)')).toBe(`refs/heads/main\nrefs/heads/${BRANCH}`);
});

test('a branch that is not where it is expected is not moved', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const mine = await scene.push('mine', scene.first, { 'mine.txt': 'x' });
  const theirs = await scene.push(BRANCH, scene.first, { 'theirs.txt': 'x' });
  const push = { repo: 'demo', branch: BRANCH, sha: mine };
  expect(await workspaces.push({ ...push, expected: null })).toBe('moved');
  expect(await workspaces.push({ ...push, expected: scene.first })).toBe('moved');
  expect(await workspaces.push({ ...push, branch: 'gone', expected: scene.first })).toBe('moved');
  expect(await scene.onRemote('rev-parse', BRANCH)).toBe(theirs);
  expect(await workspaces.push({ ...push, expected: theirs })).toBe('pushed');
  expect(await scene.onRemote('rev-parse', BRANCH)).toBe(mine);
});

test('of ten pushes that expect the same commit one wins', async () => {
  const scene = await createScene();
  const shas: string[] = [];
  for (let n = 0; n < 10; n += 1) shas.push(await scene.push(`side-${n}`, scene.first, { 'n.txt': String(n) }));
  const [one, two] = [scene.host('one'), scene.host('two')];
  const pushes = shas.map((sha, n) =>
    (n % 2 === 0 ? one : two).push({ repo: 'demo', branch: BRANCH, sha, expected: null }),
  );
  const results = await Promise.all(pushes);
  expect(results.filter((result) => result === 'pushed')).toHaveLength(1);
  expect(await scene.onRemote('rev-parse', BRANCH)).toBe(shas[results.indexOf('pushed')]);
});

test('a commit sealed on one host is pushed from another', async () => {
  const scene = await createScene();
  const one = scene.host('one');
  const attempt = 'DEMO-1#1/development/1/work';
  const workspace = await one.open({ repo: 'demo', attempt, start: scene.first, branch: BRANCH });
  await writeFiles(workspace.path, { 'new.txt': 'x' });
  const { commit } = await one.seal(workspace, { repo: 'demo', attempt, message: 'm', identity: ROLE });
  await rm(join(scene.root, 'one'), { recursive: true });
  const push = { repo: 'demo', branch: BRANCH, sha: commit.sha, expected: null };
  expect(await scene.host('two').push(push)).toBe('pushed');
  expect(await scene.onRemote('rev-parse', BRANCH)).toBe(commit.sha);
});

test('a push that a hook of the remote refuses is a config trouble with its reason', async () => {
  const scene = await createScene();
  await writeFiles(scene.remote, { 'hooks/update': '#!/bin/sh\nexit 1\n' });
  await chmod(join(scene.remote, 'hooks/update'), 0o755);
  const push = scene.host('one').push({ repo: 'demo', branch: BRANCH, sha: scene.first, expected: null });
  await expect(push).rejects.toMatchObject({ type: 'Git.PushRefused', trouble: 'config' });
  await expect(push).rejects.toThrow('hook declined');
});

test('a commit nobody has is named', async () => {
  const scene = await createScene();
  const sha = 'a'.repeat(40);
  const push = scene.host('one').push({ repo: 'demo', branch: BRANCH, sha, expected: null });
  await expect(push).rejects.toMatchObject({ type: 'Git.CommitMissing', trouble: 'config' });
  await expect(push).rejects.toThrow(sha);
});

test('a remote that is not there is a config trouble', async () => {
  const scene = await createScene();
  const workspaces = createWorkspaces({ root: join(scene.root, 'one'), remoteUrl: () => join(scene.root, 'none.git') });
  const open = workspaces.open({ repo: 'demo', attempt: 'a', start: scene.first, branch: BRANCH });
  await expect(open).rejects.toMatchObject({ type: 'Git.RemoteMissing', trouble: 'config' });
});

test('a remote that does not answer is transient, and its password stays secret', async () => {
  const scene = await createScene();
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const remoteUrl = (): string => `http://bot:s3cret@127.0.0.1:${port}/demo.git`;
  const workspaces = createWorkspaces({ root: join(scene.root, 'one'), remoteUrl });
  const open = workspaces.open({ repo: 'demo', attempt: 'a', start: scene.first, branch: BRANCH });
  await expect(open).rejects.toMatchObject({ type: 'Git.Unreachable', trouble: 'transient' });
  await expect(open).rejects.not.toThrow('s3cret');
});
