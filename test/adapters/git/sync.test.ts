import { expect, test } from 'vitest';
import { createScene } from './scene.ts';

const BRANCH = 'task/DEMO-1-hello';

test('a head that already holds the base is the candidate itself', async () => {
  const scene = await createScene();
  const head = await scene.push(BRANCH, scene.first, { 'src/a.txt': 'changed\n' });
  const result = await scene.host('one').sync({ repo: 'demo', key: 'DEMO-1', head, base: scene.first });
  const tree = await scene.onRemote('rev-parse', `${head}^{tree}`);
  expect(result).toMatchObject({ kind: 'candidate', candidate: { sha: head, head, base: scene.first, tree } });
});

test('the candidate is the same commit at every time and on every host, and can be pushed from a third', async () => {
  const scene = await createScene();
  const head = await scene.push(BRANCH, scene.first, { 'src/a.txt': 'changed\n' });
  const base = await scene.push('main', scene.first, { 'src/b.txt': 'moved\n' });
  const request = { repo: 'demo', key: 'DEMO-1', head, base };
  const one = await scene.host('one').sync(request);
  const second = Math.floor(Date.now() / 1000);
  await expect.poll(() => Math.floor(Date.now() / 1000), { timeout: 3_000 }).toBeGreaterThan(second);
  expect(await scene.host('one').sync(request)).toEqual(one);
  expect(await scene.host('two').sync(request)).toEqual(one);
  if (one.kind !== 'candidate') throw new Error('expected a candidate');
  const { sha, tree } = one.candidate;
  expect(await scene.onRemote('log', '-1', '--format=%P %T', sha)).toBe(`${head} ${base} ${tree}`);
  expect(await scene.onRemote('diff', '--name-only', base, sha)).toBe('src/a.txt');
  expect(await scene.onRemote('rev-parse', 'refs/conveyor/candidates/DEMO-1')).toBe(sha);
  expect(await scene.onRemote('rev-parse', BRANCH)).toBe(head);
  expect(await scene.host('three').push({ repo: 'demo', branch: BRANCH, sha, expected: head })).toBe('pushed');
});

test('the base may be named by its branch, and is read as it stands now', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const head = await scene.push(BRANCH, scene.first, { 'src/a.txt': 'changed\n' });
  const request = { repo: 'demo', key: 'DEMO-1', head, base: 'main' };
  expect(await workspaces.sync(request)).toMatchObject({ candidate: { sha: head, base: scene.first } });
  const base = await scene.push('main', scene.first, { 'src/b.txt': 'moved\n' });
  expect(await workspaces.sync(request)).toMatchObject({ candidate: { head, base } });
  await expect(workspaces.sync({ ...request, base: 'nowhere' })).rejects.toMatchObject({ type: 'Git.BranchMissing' });
});

test('the diff is the task’s own: it outlives a moved base and changes with the head', async () => {
  const scene = await createScene();
  const workspaces = scene.host('one');
  const diffOf = async (head: string, base: string): Promise<string> => {
    const result = await workspaces.sync({ repo: 'demo', key: 'DEMO-1', head, base });
    return result.kind === 'candidate' ? result.candidate.diff : result.kind;
  };
  const head = await scene.push(BRANCH, scene.first, { 'src/a.txt': 'changed\n' });
  const base = await scene.push('main', scene.first, { 'src/b.txt': 'moved\n' });
  const other = await scene.push('other', scene.first, { 'src/a.txt': 'changed otherwise\n' });
  expect(await diffOf(head, scene.first)).toMatch(/^[0-9a-f]{64}$/);
  expect(await diffOf(head, base)).toBe(await diffOf(head, scene.first));
  expect(await diffOf(other, base)).not.toBe(await diffOf(head, base));
});

test('a conflict names its files and leaves nothing on the remote', async () => {
  const scene = await createScene();
  const head = await scene.push(BRANCH, scene.first, {
    'src/a.txt': 'mine\n',
    'sp ace ü.txt': 'mine\n',
    'ok.txt': 'x',
  });
  const base = await scene.push('main', scene.first, { 'src/a.txt': 'theirs\n', 'sp ace ü.txt': 'theirs\n' });
  const result = await scene.host('one').sync({ repo: 'demo', key: 'DEMO-1', head, base });
  expect(result).toEqual({ kind: 'conflict', files: ['sp ace ü.txt', 'src/a.txt'] });
  expect(await scene.onRemote('for-each-ref', 'refs/conveyor')).toBe('');
});

test('the revert has the landed commit as parent and the earlier tree, the same commit each time', async () => {
  const scene = await createScene();
  const landed = await scene.push('main', scene.first, { 'src/a.txt': 'bad\n', 'more.txt': 'bad' });
  const request = { repo: 'demo', sha: landed, to: scene.first, message: 'Take DEMO-1 back' };
  const commit = await scene.host('one').revertOf(request);
  expect(commit.parents).toEqual([landed]);
  expect(commit.tree).toBe(await scene.onRemote('rev-parse', `${scene.first}^{tree}`));
  expect(await scene.host('two').revertOf(request)).toEqual(commit);
  const push = { repo: 'demo', branch: 'main', sha: commit.sha, expected: landed };
  expect(await scene.host('three').push(push)).toBe('pushed');
});
