/** What a task left on a volume, read from the files and the repository themselves. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { repositoryPath } from '../../../adapters/local/forge/repository.ts';
import { pathsIn } from '../../../app/paths.ts';
import type { Volume } from './volume.ts';

type Place = Pick<Volume, 'config' | 'project'>;

export async function git({ config, project }: Place, ...args: string[]): Promise<string> {
  const cwd = repositoryPath(pathsIn(config.data).forge, project.repo);
  return (await execa('git', args, { cwd })).stdout;
}

/** Commits of the task's branch that the base does not have, newest first. */
export async function commitsOf(place: Place, key: string): Promise<string[]> {
  const branches = await git(place, 'for-each-ref', '--format=%(refname)', `refs/heads/task/${key}-*`);
  const found = await git(place, 'log', '--format=%H', branches, `^${place.project.base}`);
  return found.split('\n').filter(Boolean);
}

/** The commits that attempts of the task are kept as, by the names of their refs. */
export async function keptOf(place: Place, key: string): Promise<Record<string, string>> {
  const refs = await git(place, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/conveyor/attempts');
  const entries = refs.split('\n').map((line) => line.split(' ') as [string, string]);
  return Object.fromEntries(entries.filter(([ref]) => ref.includes(`/${key}_`)));
}

/** Every pull request, as its file says it. */
export async function pullsOf({ config, project }: Place): Promise<{ branch: string; marker: string }[]> {
  const folder = join(pathsIn(config.data).forge, project.repo, 'pulls');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
}
