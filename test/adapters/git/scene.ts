import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import type { Workspaces } from '../../../activities/ports.ts';
import { createWorkspaces } from '../../../adapters/git/workspaces.ts';

export const ROLE = { name: 'Conveyor developer', email: 'developer@example.com' };

/** A bare remote with a first commit on `main`, and a person who works in a clone of it. */
export type Scene = {
  root: string;
  remote: string;
  first: string;
  /** git in the person's clone; returns stdout. */
  person: (...args: string[]) => Promise<string>;
  /** git in the bare remote; returns stdout. */
  onRemote: (...args: string[]) => Promise<string>;
  /** A commit of the person on the branch, which starts at `from`; not pushed. */
  commit: (branch: string, from: string, files: Record<string, string>) => Promise<string>;
  /** The same, pushed. */
  push: (branch: string, from: string, files: Record<string, string>) => Promise<string>;
  /** Workspaces of a host by that name: each has mirrors and folders of its own. */
  host: (name: string) => Workspaces;
};

export async function createScene(): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'conveyor-git-'));
  onTestFinished(async () => rm(root, { recursive: true, force: true, maxRetries: 3 }));
  return sceneIn(root);
}

/** The same in a folder of the caller, for many tests that share it. */
export async function sceneIn(root: string): Promise<Scene> {
  const [remote, clone] = [join(root, 'remote.git'), join(root, 'person')];
  await execa('git', ['init', '-q', '--bare', '-b', 'main', remote]);
  await execa('git', ['init', '-q', '-b', 'main', clone]);
  const person = gitIn(clone);
  const onRemote = gitIn(remote);

  async function commit(branch: string, from: string, files: Record<string, string>): Promise<string> {
    await person('checkout', '-q', '-B', branch, ...(from === '' ? [] : [from]));
    await writeFiles(clone, files);
    await person('add', '-A');
    await person('commit', '-q', '--allow-empty', '-m', 'A change');
    return person('rev-parse', 'HEAD');
  }

  async function push(branch: string, from: string, files: Record<string, string>): Promise<string> {
    const sha = await commit(branch, from, files);
    await person('push', '-q', remote, `HEAD:refs/heads/${branch}`);
    return sha;
  }

  const first = await push('main', '', { 'README.md': 'hello\n', 'src/a.txt': 'a\n', 'src/b.txt': 'b\n' });
  const host = (name: string): Workspaces => createWorkspaces({ root: join(root, name), remoteUrl: () => remote });
  return { root, remote, first, person, onRemote, commit, push, host };
}

export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** git as a person runs it, with a name and nothing of the machine's configuration. */
export function gitIn(cwd: string, email = 'ann@example.com'): (...args: string[]) => Promise<string> {
  const env = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: 'Ann',
    GIT_COMMITTER_EMAIL: email,
  };
  return async (...args) => (await execa('git', args, { cwd, env })).stdout;
}
