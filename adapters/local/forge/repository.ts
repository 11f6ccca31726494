import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PortError } from '../../../activities/ports.ts';
import type { Repository } from '../../git/commits.ts';
import type { Git } from '../../git/git.ts';
import { withLock } from '../store/lock.ts';

/** A bare repository `<root>/<repo>.git` and the folder `<root>/<repo>` with what the forge knows about it. */
export type ForgeRepository = Repository & { name: string; folder: string };

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;

/** Where a repository's git folder is, for git itself: people push to it, workspaces fetch from it. */
export function repositoryPath(root: string, repo: string): string {
  return `${folderOf(root, repo)}.git`;
}

/** The repository, which need not exist yet. Throws `LocalForge.BadName`. */
export function locate(git: Git, root: string, repo: string): ForgeRepository {
  return { git, name: repo, gitDir: repositoryPath(root, repo), folder: folderOf(root, repo) };
}

/** The repository; throws `LocalForge.RepositoryMissing`. */
export async function existing(git: Git, root: string, repo: string): Promise<ForgeRepository> {
  const repository = locate(git, root, repo);
  const found = await stat(repository.gitDir).catch(() => undefined);
  if (found?.isDirectory()) return repository;
  throw new PortError(
    'LocalForge.RepositoryMissing',
    `There is no repository ${repository.gitDir}. Check the project's repository name or create it.`,
    'config',
  );
}

/** Names of all repositories of the forge. */
export async function repositoryNames(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  return names
    .filter((name) => name.endsWith('.git'))
    .map((name) => name.slice(0, -'.git'.length))
    .filter((name) => NAME.test(name));
}

/** Nobody else changes the forge's files about this repository meanwhile. Not reentrant. */
export async function locked<T>(repository: ForgeRepository, work: () => Promise<T>): Promise<T> {
  return withLock(repository.folder, work);
}

function folderOf(root: string, repo: string): string {
  if (NAME.test(repo) && !repo.endsWith('.git')) return join(resolve(root), repo);
  throw new PortError(
    'LocalForge.BadName',
    `Cannot use ${JSON.stringify(repo.slice(0, 80))} as a repository's name. Use letters, digits and . _ -.`,
    'config',
  );
}
