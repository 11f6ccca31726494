/** The project's repository as people use it: plain git beside Conveyor. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { repositoryPath } from '../../../adapters/local/forge/repository.ts';
import type { World } from './world.ts';

const ADA = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];

export async function git(world: World, ...args: string[]): Promise<string> {
  const { stdout } = await execa('git', args, {
    cwd: repositoryPath(join(world.config.data, 'forge'), world.project.repo),
  });
  return stdout;
}

/** Commits the files on the branch and pushes, as a person at a desk; returns the commit. */
export async function push(world: World, branch: string, files: Record<string, string>): Promise<string> {
  const desk = await mkdtemp(join(world.folder, 'desk-'));
  const run = (...args: string[]): Promise<{ stdout: string }> => execa('git', [...ADA, ...args], { cwd: desk });
  const url = repositoryPath(join(world.config.data, 'forge'), world.project.repo);
  await run('clone', '-q', '--branch', branch, '--', url, '.');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(desk, path)), { recursive: true });
    await writeFile(join(desk, path), content);
  }
  await run('add', '--all');
  await run('commit', '-q', '-m', 'A person mends it');
  await run('push', '-q', 'origin', branch);
  const { stdout } = await run('rev-parse', 'HEAD');
  await rm(desk, { recursive: true, force: true });
  return stdout;
}

/** Names of the files of a commit or branch. */
export async function filesAt(world: World, commit: string): Promise<string[]> {
  return (await git(world, 'ls-tree', '-r', '--name-only', commit)).split('\n');
}
