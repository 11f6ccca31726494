import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import { branchRef, checkedSha } from './names.ts';

/** Signs what an agent commits by itself. */
const IDENTITY = '[user]\n\tname = Conveyor agent\n\temail = agent@conveyor.invalid\n';

/**
 * A clone of its own at `path`, replacing what is there: it shares no file with the repository it came from,
 * knows no remote, and the other branches stand under `refs/remotes/origin/`. Without a branch the head is detached.
 */
export async function checkOut(
  git: Git,
  { from, sha, branch, path }: { from: string; sha: string; branch?: string; path: string },
): Promise<void> {
  checkedSha(sha);
  const onto = branch === undefined ? ['--detach', sha] : ['-B', branchName(branch), sha];
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  await git(['init', '--quiet', '--template=', '--', path]);
  const gitDir = join(path, '.git');
  const refs = ['+refs/heads/*:refs/remotes/origin/*', sha];
  await git(
    ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-gc', '--recurse-submodules=no', '--', from, ...refs],
    {
      gitDir,
    },
  );
  await appendFile(join(gitDir, 'config'), IDENTITY);
  await git(['checkout', '--quiet', '--no-recurse-submodules', ...onto], { gitDir, workTree: path });
}

function branchName(branch: string): string {
  return branchRef(branch).slice('refs/heads/'.length);
}
