import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createScene } from './scene.ts';

const BRANCH = 'task/DEMO-1-hello';

test('documents of the task, their hash, and the paths changed since the base was left', async () => {
  const scene = await createScene();
  const head = await scene.push(BRANCH, scene.first, {
    'docs/tasks/DEMO-1/analysis.md': '# Analysis\n',
    'docs/tasks/DEMO-1/deep/er.md': 'ü\n',
    'docs/tasks/DEMO-11/other.md': 'other task\n',
    'src/a.txt': 'changed\n',
  });
  await scene.push('main', scene.first, { 'src/b.txt': 'moved on the base\n' });
  const seen = await scene.host('one').inspect({ repo: 'demo', key: 'DEMO-1', sha: head, base: 'main' });
  expect(seen.documents).toEqual({ 'analysis.md': '# Analysis\n', 'deep/er.md': 'ü\n' });
  const hash = createHash('sha256').update('analysis.md\x0011\0# Analysis\n').update('deep/er.md\x003\0ü\n');
  expect(seen.documentsHash).toBe(hash.digest('hex'));
  expect(seen.commit).toMatchObject({ sha: head, parents: [scene.first] });
  expect(seen.changedPaths).toEqual([
    'docs/tasks/DEMO-1/analysis.md',
    'docs/tasks/DEMO-1/deep/er.md',
    'docs/tasks/DEMO-11/other.md',
    'src/a.txt',
  ]);
});

test('without documents the hash says none, and a link is no document', async () => {
  const scene = await createScene();
  const inspect = { repo: 'demo', key: 'DEMO-1', base: scene.first };
  const workspaces = scene.host('one');
  const none = await workspaces.inspect({ ...inspect, sha: scene.first });
  expect(none).toMatchObject({ documents: {}, documentsHash: 'none', changedPaths: [] });
  await scene.commit(BRANCH, scene.first, { 'docs/tasks/DEMO-1/real.md': 'x' });
  await symlink('/etc/passwd', join(scene.root, 'person/docs/tasks/DEMO-1/link.md'));
  const head = await scene.push(BRANCH, 'HEAD', {});
  expect(Object.keys((await workspaces.inspect({ ...inspect, sha: head })).documents)).toEqual(['real.md']);
});

test('a long document is shortened, but its whole content is hashed', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const hashes: string[] = [];
  for (const end of ['a', 'b']) {
    const head = await scene.push(`long-${end}`, scene.first, { 'docs/tasks/DEMO-1/x.md': 'x'.repeat(70_000) + end });
    const seen = await workspaces.inspect({ repo: 'demo', key: 'DEMO-1', sha: head, base: scene.first });
    expect(seen.documents['x.md']).toHaveLength(64 * 1024);
    hashes.push(seen.documentsHash);
  }
  expect(hashes[0]).not.toBe(hashes[1]);
});

test.each(['../other', '', 'a/b', '-x', '*'])('a key like %j is refused', async (key) => {
  const scene = await createScene();
  const inspect = scene.host('one').inspect({ repo: 'demo', key, sha: scene.first, base: scene.first });
  await expect(inspect).rejects.toMatchObject({ type: 'Git.BadName' });
});
