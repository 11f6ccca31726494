import { access, chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Workspace } from '../../../activities/ports.ts';
import { createScene, gitIn, ROLE, writeFiles } from './scene.ts';

const BRANCH = 'task/DEMO-1-hello';
const ATTEMPT = 'DEMO-1#1/development/1/work';

function sealed(workspace: Workspace) {
  return [workspace, { repo: 'demo', attempt: ATTEMPT, message: 'Build it', identity: ROLE }] as const;
}

test('a workspace stands on the branch at the start, knows the other branches and has no remote', async () => {
  const scene = await createScene();
  const start = await scene.push(BRANCH, scene.first, { 'src/c.txt': 'c\n' });
  const workspace = await scene.host('one').open({ repo: 'demo', attempt: ATTEMPT, start, branch: BRANCH });
  const git = gitIn(workspace.path);
  expect(workspace.head).toBe(start);
  expect(await git('rev-parse', 'HEAD')).toBe(start);
  expect(await git('symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
  expect(await git('status', '--porcelain')).toBe('');
  expect(await git('remote')).toBe('');
  expect(await git('rev-parse', 'origin/main')).toBe(scene.first);
  expect(await readFile(join(workspace.path, '.git/config'), 'utf8')).not.toContain(scene.remote);
});

test('opening again replaces what an earlier try left, and closing twice removes it', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const request = { repo: 'demo', attempt: ATTEMPT, start: scene.first, branch: BRANCH };
  const { path } = await workspaces.open(request);
  await writeFiles(path, { 'leftover.txt': 'x', 'src/a.txt': 'changed' });
  await mkdir(join(path, '.git/index.lock'));
  const again = await workspaces.open(request);
  await expect(access(path)).rejects.toThrow('ENOENT');
  expect(await gitIn(again.path)('status', '--porcelain', '--ignored')).toBe('');
  await workspaces.close(again);
  await workspaces.close(again);
  await expect(access(dirname(again.path))).rejects.toThrow('ENOENT');
});

test('a try that was given up and wakes later can neither seal nor remove what the next one does', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const request = { repo: 'demo', attempt: ATTEMPT, start: scene.first, branch: BRANCH };
  const asleep = await workspaces.open(request);
  const next = await workspaces.open(request);
  await writeFiles(next.path, { 'new.txt': 'x' });
  const { commit, sideRef } = await workspaces.seal(...sealed(next));
  await expect(workspaces.seal(...sealed(asleep))).rejects.toMatchObject({ type: 'Git.WorkspaceGone' });
  await workspaces.close(asleep);
  expect(await readFile(join(next.path, 'new.txt'), 'utf8')).toBe('x');
  expect(await scene.onRemote('rev-parse', sideRef)).toBe(commit.sha);
});

test('a workspace is whole without its mirror', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const workspace = await workspaces.open({ repo: 'demo', attempt: ATTEMPT, start: scene.first, branch: BRANCH });
  await rm(join(scene.root, 'one/mirrors'), { recursive: true });
  await gitIn(workspace.path)('fsck', '--strict', '--no-dangling');
  await writeFiles(workspace.path, { 'new.txt': 'x' });
  expect((await workspaces.seal(...sealed(workspace))).commit.parents).toEqual([scene.first]);
});

test.each(['../../outside', '..', '/etc', 'a/../../b', '.git', '-rf', 'a\nb', 'x'.repeat(500), 'ü#:*?"<>|'])(
  'an attempt named %j gets one folder below the root',
  async (attempt) => {
    const scene = await createScene();
    const workspaces = scene.host('one');
    const { path } = await workspaces.open({ repo: '../demo', attempt, start: scene.first, branch: BRANCH });
    const [repo] = await readdir(join(scene.root, 'one/attempts'));
    const [folder, ...others] = await readdir(join(scene.root, 'one/attempts', String(repo)));
    expect(dirname(path)).toBe(join(scene.root, 'one/attempts', String(repo), String(folder)));
    expect(others).toEqual([]);
    expect((await readdir(scene.root)).sort()).toEqual(['one', 'person', 'remote.git']);
    const { sideRef } = await workspaces.seal(
      { path, head: scene.first },
      { repo: '../demo', attempt, message: 'm', identity: ROLE },
    );
    expect(await scene.onRemote('rev-parse', sideRef)).toBe(scene.first);
  },
);

test.each([
  '--upload-pack=touch /tmp/x',
  '-b',
  'a..b',
  'a b',
  'a.lock',
  'refs/../x',
  'a//b',
  'a~1',
  'HEAD',
  '@{-1}',
  'a:b',
  '+a',
  '',
])('a branch named %j is refused by name before git sees it', async (branch) => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const open = workspaces.open({ repo: 'demo', attempt: ATTEMPT, start: scene.first, branch });
  await expect(open).rejects.toMatchObject({ type: 'Git.BadName', trouble: 'config' });
  const push = workspaces.push({ repo: 'demo', branch, sha: scene.first, expected: null });
  await expect(push).rejects.toMatchObject({ type: 'Git.BadName' });
});

test('closing and sealing refuse a folder that is no workspace', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  for (const path of [scene.root, join(scene.root, 'one/attempts'), join(scene.root, 'one/attempts/a/../..')]) {
    const workspace = { path, head: scene.first };
    await expect(workspaces.close(workspace)).rejects.toMatchObject({ type: 'Git.OutsideRoot' });
    await expect(workspaces.seal(...sealed(workspace))).rejects.toMatchObject({ type: 'Git.OutsideRoot' });
  }
});

test('what the agent left is one commit in the role’s name on top of its own, kept on the remote', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const workspace = await workspaces.open({ repo: 'demo', attempt: ATTEMPT, start: scene.first, branch: BRANCH });
  const git = gitIn(workspace.path);
  await writeFiles(workspace.path, { 'own.txt': 'own' });
  await git('add', '-A');
  await git('commit', '-q', '-m', 'The agent’s own');
  const own = await git('rev-parse', 'HEAD');
  await writeFiles(workspace.path, { 'left.txt': 'left', 'ignored.log': 'x', '.gitignore': '*.log\n' });
  await rm(join(workspace.path, 'src/a.txt'));
  const { commit, sideRef } = await workspaces.seal(...sealed(workspace));
  expect(commit.parents).toEqual([own]);
  expect(await scene.onRemote('rev-parse', sideRef)).toBe(commit.sha);
  expect(await scene.onRemote('log', '-1', '--format=%an %ae %cn %ce %s %T', commit.sha)).toBe(
    `${ROLE.name} ${ROLE.email} ${ROLE.name} ${ROLE.email} Build it ${commit.tree}`,
  );
  const changes = await scene.onRemote('diff', '--name-status', scene.first, commit.sha);
  expect(changes.split('\n')).toEqual(['A\t.gitignore', 'A\tleft.txt', 'A\town.txt', 'D\tsrc/a.txt']);
  expect(await scene.onRemote('for-each-ref', '--format=%(refname)')).toBe(`${sideRef}\nrefs/heads/main`);
});

test('sealing twice, also from nothing in between, finds the commit of the first time', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const workspace = await workspaces.open({ repo: 'demo', attempt: ATTEMPT, start: scene.first, branch: BRANCH });
  const untouched = await workspaces.seal(...sealed(workspace));
  expect(untouched.commit.sha).toBe(scene.first);
  await writeFiles(workspace.path, { 'left.txt': 'left' });
  const one = await workspaces.seal(...sealed(workspace));
  // Past the second that a commit's date is written in.
  const second = Math.floor(Date.now() / 1000);
  await expect.poll(() => Math.floor(Date.now() / 1000), { timeout: 3_000 }).toBeGreaterThan(second);
  const two = await workspaces.seal(...sealed(workspace));
  expect(two).toEqual(one);
  expect(await scene.onRemote('rev-list', '--count', one.commit.sha)).toBe('2');
});

test('an agent that rewrites history loses nobody’s commit: the result descends from the start', async () => {
  const scene = await createScene();
  const start = await scene.push(BRANCH, scene.first, { 'person.txt': 'kept' });
  const workspaces = scene.host('one');
  const workspace = await workspaces.open({ repo: 'demo', attempt: ATTEMPT, start, branch: BRANCH });
  const git = gitIn(workspace.path);
  await git('reset', '-q', '--hard', scene.first);
  await writeFiles(workspace.path, { 'agent.txt': 'x' });
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Rewritten');
  const rewritten = await git('rev-parse', 'HEAD');
  const { commit } = await workspaces.seal(...sealed(workspace));
  expect(commit.parents).toEqual([start, rewritten]);
  expect(await scene.onRemote('ls-tree', '--name-only', commit.sha)).toContain('agent.txt');
});

test('nothing the agent configured in its clone is run or believed', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const workspace = await workspaces.open({ repo: 'demo', attempt: ATTEMPT, start: scene.first, branch: BRANCH });
  const trap = join(scene.root, 'trap.sh');
  const sprung = join(scene.root, 'sprung');
  await writeFile(trap, `#!/bin/sh\ntouch ${sprung}\ncat\n`);
  await chmod(trap, 0o755);
  const git = gitIn(workspace.path);
  await git('update-index', '--assume-unchanged', 'src/a.txt');
  for (const key of ['core.fsmonitor', 'filter.trap.clean', 'core.sshCommand', 'gpg.program', 'remote.x.uploadpack']) {
    await git('config', key, trap);
  }
  await git('config', 'commit.gpgSign', 'true');
  await git('config', 'core.hooksPath', scene.root);
  await mkdir(join(workspace.path, '.git/hooks'));
  for (const hook of ['pre-commit', 'post-commit', 'reference-transaction']) {
    await symlink(trap, join(workspace.path, '.git/hooks', hook));
  }
  await writeFiles(workspace.path, { '.gitattributes': '* filter=trap\n', 'src/a.txt': 'hidden change\n' });
  await writeFile(join(workspace.path, '.git/index.lock'), '');
  await rm(sprung, { force: true });
  const { commit } = await workspaces.seal(...sealed(workspace));
  await expect(access(sprung)).rejects.toThrow('ENOENT');
  expect(await scene.onRemote('show', `${commit.sha}:src/a.txt`)).toBe('hidden change');
});

test.each(['removed', 'a link to another repository'])('with its .git %s the files still count', async (what) => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const workspace = await workspaces.open({ repo: 'demo', attempt: ATTEMPT, start: scene.first, branch: BRANCH });
  const clone = join(workspace.path, '.git');
  await rm(clone, { recursive: true });
  const other = join(scene.root, 'person/.git');
  if (what !== 'removed') await symlink(other, clone);
  const config = await readFile(join(other, 'config'), 'utf8');
  await writeFiles(workspace.path, { 'left.txt': 'left' });
  const { commit } = await workspaces.seal(...sealed(workspace));
  expect(commit.parents).toEqual([scene.first]);
  expect(await scene.onRemote('show', `${commit.sha}:left.txt`)).toBe('left');
  expect(await readFile(join(other, 'config'), 'utf8')).toBe(config);
});
