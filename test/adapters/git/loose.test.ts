import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { readRef } from '../../../adapters/git/commits.ts';
import { createGit } from '../../../adapters/git/git.ts';
import { hasLooseObject, readLooseRef } from '../../../adapters/git/loose.ts';

const REF = 'refs/heads/task/DEMO-1-greet';

async function repositoryWithRef(): Promise<{ gitDir: string; run: (...args: string[]) => Promise<string> }> {
  const gitDir = await mkdtemp(join(tmpdir(), 'conveyor-loose-'));
  onTestFinished(() => rm(gitDir, { recursive: true, force: true }));
  const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' };
  const run = async (...args: string[]): Promise<string> =>
    (await execa('git', [`--git-dir=${gitDir}`, ...args], { env, input: '' })).stdout;
  await run('init', '--quiet', '--bare');
  const tree = await run('mktree');
  await run('update-ref', REF, await run('commit-tree', '-m', 'first', tree));
  return { gitDir, run };
}

test('a ref and its commit are read from their files, and by git once they are packed', async () => {
  const { gitDir, run } = await repositoryWithRef();
  const sha = await run('rev-parse', REF);
  const repository = { git: createGit(), gitDir };
  expect([await readLooseRef(gitDir, REF), await hasLooseObject(gitDir, sha)]).toEqual([sha, true]);
  expect(await readRef(repository, REF)).toBe(sha);
  await run('pack-refs', '--all', '--prune');
  await run('repack', '-a', '-d', '-q');
  expect([await readLooseRef(gitDir, REF), await hasLooseObject(gitDir, sha)]).toEqual([undefined, false]);
  expect(await readRef(repository, REF)).toBe(sha);
});

test('a ref that moved after it was packed is read where it is now', async () => {
  const { gitDir, run } = await repositoryWithRef();
  await run('pack-refs', '--all', '--prune');
  const next = await run('commit-tree', '-m', 'second', await run('mktree'));
  await run('update-ref', REF, next);
  expect(await readRef({ git: createGit(), gitDir }, REF)).toBe(next);
});

test('what is no commit id, a symbolic ref or nothing, is left to git', async () => {
  const { gitDir, run } = await repositoryWithRef();
  const sha = await run('rev-parse', REF);
  await run('symbolic-ref', 'refs/heads/alias', REF);
  expect(await readLooseRef(gitDir, 'refs/heads/alias')).toBeUndefined();
  const repository = { git: createGit(), gitDir };
  expect(await readRef(repository, 'refs/heads/alias')).toBe(sha);
  expect(await readRef(repository, 'refs/heads/nobody')).toBeUndefined();
  expect(await readRef(repository, 'refs/heads/task')).toBeUndefined();
});
