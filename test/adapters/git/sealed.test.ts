import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Workspace, Workspaces } from '../../../activities/ports.ts';
import { createScene, ROLE, writeFiles } from './scene.ts';
import type { Scene } from './scene.ts';

const BRANCH = 'task/DEMO-1-hello';
const ATTEMPT = 'DEMO-1#1/development/1/work';
const OF = { repo: 'demo', attempt: ATTEMPT };

function open(workspaces: Workspaces, scene: Scene): Promise<Workspace> {
  return workspaces.open({ ...OF, start: scene.first, branch: BRANCH });
}

/** One try of the attempt on a host of its own, up to the moment its agent has ended. */
async function tryOn(scene: Scene, host: string, files: Record<string, string>) {
  const workspaces = scene.host(host);
  const workspace = await open(workspaces, scene);
  await writeFiles(workspace.path, files);
  const seal = () => workspaces.seal(workspace, { ...OF, message: 'Build it', identity: ROLE, record: `by ${host}` });
  return { workspaces, workspace, seal };
}

test('nothing is known of an attempt before it is sealed, nor without a record', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  expect(await workspaces.sealed(OF)).toBeUndefined();
  const workspace = await open(workspaces, scene);
  await workspaces.seal(workspace, { ...OF, message: 'Build it', identity: ROLE });
  expect(await workspaces.sealed(OF)).toBeUndefined();
});

test('what was sealed with a record is found again, on any host, after the first one lost everything', async () => {
  const scene = await createScene();
  const record = `${JSON.stringify({ exit: { kind: 'finished' }, log: 'ü\n' })}\n`;
  const workspaces = scene.host('one');
  const workspace = await open(workspaces, scene);
  await writeFiles(workspace.path, { 'new.txt': 'x' });
  const sealed = await workspaces.seal(workspace, { ...OF, message: 'Build it', identity: ROLE, record });
  expect(sealed.record?.trim()).toBe(record.trim());
  const found = await scene.host('another').sealed(OF);
  expect(found).toEqual({ ...sealed, record: expect.any(String) });
  expect(JSON.parse(found?.record ?? '')).toEqual(JSON.parse(record));
});

test('a late try neither overwrites the side ref of a newer one nor moves the branch', async () => {
  const scene = await createScene();
  const late = await tryOn(scene, 'late', { 'late.txt': 'late' });
  const newer = await tryOn(scene, 'newer', { 'newer.txt': 'newer' });
  const kept = await newer.seal();
  await newer.workspaces.push({ repo: 'demo', branch: BRANCH, sha: kept.commit.sha, expected: null });

  expect(await late.seal()).toEqual(kept);
  expect(await scene.onRemote('rev-parse', kept.sideRef)).toBe(kept.commit.sha);
  expect(await scene.onRemote('ls-tree', '--name-only', kept.commit.sha)).toContain('newer.txt');
  const own = await late.workspaces.seal(await open(late.workspaces, scene), {
    repo: 'demo',
    attempt: 'DEMO-1#1/development/0/work',
    message: 'Late',
    identity: ROLE,
  });
  const push = { repo: 'demo', branch: BRANCH, expected: null };
  expect(await late.workspaces.push({ ...push, sha: own.commit.sha })).toBe('moved');
  expect(await scene.onRemote('rev-parse', BRANCH)).toBe(kept.commit.sha);
});

test('tries that seal at the same moment have one result', async () => {
  const scene = await createScene();
  const tries = await Promise.all(['one', 'two', 'three'].map((name) => tryOn(scene, name, { 'who.txt': name })));
  const results = await Promise.all(tries.map(({ seal }) => seal()));
  expect(new Set(results.map(({ record }) => record)).size).toBe(1);
  expect(new Set(results.map(({ commit }) => commit.sha)).size).toBe(1);
  const [first] = results;
  expect(await scene.onRemote('show', `${first?.commit.sha}:who.txt`)).toBe(first?.record?.replace('by ', ''));
});

test('commit and record are kept both or neither', async () => {
  const scene = await createScene();
  const hook = join(scene.remote, 'hooks/update');
  await writeFiles(scene.remote, {
    'hooks/update': '#!/bin/sh\ncase "$1" in refs/conveyor/attempts/*) exit 1;; esac\n',
  });
  await chmod(hook, 0o755);
  const { workspaces, seal } = await tryOn(scene, 'one', { 'new.txt': 'x' });
  await expect(seal()).rejects.toMatchObject({ type: 'Git.PushRefused' });
  expect(await scene.onRemote('for-each-ref', '--format=%(refname)', 'refs/conveyor')).toBe('');
  await rm(hook);
  const kept = await seal();
  expect(await workspaces.sealed(OF)).toEqual(kept);
});
