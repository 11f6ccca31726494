import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PortError } from '../../activities/ports.ts';
import { withLock } from '../local/store/lock.ts';
import { readRef } from './commits.ts';
import type { Git } from './git.ts';
import { hasLooseObject } from './loose.ts';
import { branchRef, checkedSha, encodeName, isSha } from './names.ts';
import { remoteAccess } from './remote-access.ts';
import type { Mirror } from './remote.ts';
import { withoutCredentials } from './trouble.ts';

/** One bare mirror a repository, fetched under a lock. A cache: removing the folder costs one fetch. */
export type Mirrors = {
  /** With these commits in it, fetched only when one is missing. Throws `Git.CommitMissing`. */
  having(repo: string, commits: readonly string[]): Promise<Mirror>;
  /** With every branch as the remote has it now. */
  fresh(repo: string): Promise<Mirror>;
  /** The commit that a full id or a branch of the remote names. Throws `Git.BranchMissing`. */
  resolve(repo: string, commitOrBranch: string): Promise<string>;
};

const FETCH = ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-gc', '--recurse-submodules=no', '--no-tags'];
const BRANCHES = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
const SIDE_REFS = ['+refs/conveyor/*:refs/conveyor/*'];
const LOCK_WAIT_MS = 15 * 60_000;

export function createMirrors(options: { git: Git; root: string; remoteUrl: (repo: string) => string }): Mirrors {
  const { git, root, remoteUrl } = options;

  function mirrorOf(repo: string): Mirror {
    const url = remoteUrl(repo);
    return { git, gitDir: join(root, 'mirrors', `${encodeName(repo)}.git`), url, access: remoteAccess(url) };
  }

  async function fresh(repo: string): Promise<Mirror> {
    const mirror = mirrorOf(repo);
    await fetch(mirror, ['--prune'], BRANCHES);
    return mirror;
  }

  async function having(repo: string, commits: readonly string[]): Promise<Mirror> {
    const mirror = mirrorOf(repo);
    commits.forEach(checkedSha);
    if ((await missing(mirror, commits)) === undefined) return mirror;
    await fetch(mirror, ['--prune'], BRANCHES);
    for (const commit of commits) await fetchCommit(mirror, commit);
    const lost = await missing(mirror, commits);
    if (lost === undefined) return mirror;
    throw new PortError(
      'Git.CommitMissing',
      `No branch and no side ref of ${withoutCredentials(mirror.url)} holds commit ${lost}. Was it overwritten there?`,
      'config',
    );
  }

  async function resolve(repo: string, commitOrBranch: string): Promise<string> {
    if (isSha(commitOrBranch)) return commitOrBranch;
    const ref = branchRef(commitOrBranch);
    const mirror = await fresh(repo);
    const sha = await readRef(mirror, ref);
    if (sha !== undefined) return sha;
    const message = `${withoutCredentials(mirror.url)} has no branch ${commitOrBranch}. Check the name of the base branch.`;
    throw new PortError('Git.BranchMissing', message, 'config');
  }

  return { having, fresh, resolve };
}

async function fetch(mirror: Mirror, flags: readonly string[], refs: readonly string[]): Promise<void> {
  const { git, gitDir, url, access } = mirror;
  await mkdir(dirname(gitDir), { recursive: true });
  const work = async (): Promise<void> => {
    // Harmless on a mirror that exists, and it completes one whose making was interrupted.
    await git(['init', '--quiet', '--bare', '--template=', '--', gitDir]);
    await git([...FETCH, ...flags, '--', url, ...refs], { gitDir, env: access });
  };
  await withLock(gitDir, work, { waitMs: LOCK_WAIT_MS });
}

/** By its id, which no branch need lead to; a server that does not serve ids still serves the side refs. */
async function fetchCommit(mirror: Mirror, commit: string): Promise<void> {
  const { git, gitDir, url, access } = mirror;
  if ((await missing(mirror, [commit])) === undefined) return;
  const { exitCode } = await git([...FETCH, '--', url, commit], { gitDir, env: access, answers: [1, 128] });
  if (exitCode !== 0) await fetch(mirror, [], SIDE_REFS);
}

async function missing({ git, gitDir }: Mirror, commits: readonly string[]): Promise<string | undefined> {
  for (const commit of commits) {
    if (await hasLooseObject(gitDir, commit)) continue;
    const { exitCode } = await git(['cat-file', '-e', `${commit}^{commit}`], { gitDir, answers: [1, 128] });
    if (exitCode !== 0) return commit;
  }
  return undefined;
}
