import { randomUUID } from 'node:crypto';
import { access, mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Workspace, Workspaces } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import { checkOut } from './check-out.ts';
import type { Environment } from './environment.ts';
import { createGit } from './git.ts';
import { inspect } from './inspect.ts';
import { isSealed, readSealed } from './keep-sealed.ts';
import { createMirrors } from './mirrors.ts';
import { branchRef, checkedKey, checkedSha, encodeName, sideRefs } from './names.ts';
import { moveRemoteRef } from './remote.ts';
import { revertOf } from './revert-of.ts';
import { runAt } from './run-at.ts';
import { seal } from './seal.ts';
import { sync } from './sync.ts';

export type WorkspacesOptions = {
  /** Folder of this host's mirrors, workspaces and checkouts; nothing in it needs to survive. */
  root: string;
  /** Address or folder of a repository, credentials included where it needs them; agents never see it. */
  remoteUrl: (repo: string) => string;
  /** The environment of git and of commands, filtered by an allow-list. Default: a plain PATH and nothing else. */
  env?: Environment;
};

/** Workspaces by plain git: a mirror a repository, a clone an attempt, everything that counts on the remote. */
export function createWorkspaces({ root: given, remoteUrl, env }: WorkspacesOptions): Workspaces {
  const root = resolve(given);
  const git = createGit({ env });
  const mirrors = createMirrors({ git, root, remoteUrl });

  return {
    async open({ repo, attempt, start, branch }) {
      branchRef(branch);
      // Agents compare with the other branches, so these are brought up to date as well.
      await mirrors.fresh(repo);
      const { gitDir } = await mirrors.having(repo, [start]);
      const attempts = join(root, 'attempts', encodeName(repo), encodeName(attempt));
      await rm(attempts, { recursive: true, force: true, maxRetries: 3 });
      // Of this try alone: one that was given up and wakes later must not seal or remove what this one does.
      const path = join(attempts, randomUUID().slice(0, 8));
      await checkOut(git, { from: gitDir, sha: start, branch, path });
      return { path, head: start };
    },

    async seal(workspace, { repo, attempt, message, identity, record }) {
      const mirror = await mirrors.having(repo, [workspace.head]);
      const path = contained(root, workspace);
      await requireFolder(path);
      const ref = sideRefs.attempt(attempt);
      const indexFile = join(root, 'indexes', randomUUID());
      await mkdir(dirname(indexFile), { recursive: true });
      const request = { path, start: workspace.head, ref, message, identity, indexFile, record };
      return { ...(await seal(mirror, request)), sideRef: ref };
    },

    async sealed({ repo, attempt }) {
      const ref = sideRefs.attempt(attempt);
      if (!(await isSealed(await mirrors.having(repo, []), ref))) return undefined;
      return { ...(await readSealed(await mirrors.fresh(repo), ref)), sideRef: ref };
    },

    async push({ repo, branch, sha, expected }) {
      if (expected !== null) checkedSha(expected);
      const mirror = await mirrors.having(repo, [sha]);
      return moveRemoteRef(mirror, { ref: branchRef(branch), sha, expected });
    },

    async sync({ repo, key, head, base }) {
      checkedKey(key);
      const ends = { key, head: await mirrors.resolve(repo, head), base: await mirrors.resolve(repo, base) };
      return sync(await mirrors.having(repo, [ends.head, ends.base]), ends);
    },

    async revertOf({ repo, sha, to, message }) {
      return revertOf(await mirrors.having(repo, [sha, to]), { sha, to, message });
    },

    async inspect({ repo, key, sha, base: given }) {
      const base = await mirrors.resolve(repo, given);
      return inspect(await mirrors.having(repo, [sha, base]), { key, sha, base });
    },

    async runIn({ repo, sha, command, timeoutMs }) {
      const { gitDir } = await mirrors.having(repo, [sha]);
      const run = { from: gitDir, sha, command, timeoutMs, root: join(root, 'runs'), env };
      const { exitCode, output } = await runAt(git, run);
      return { exitCode, output };
    },

    async close(workspace) {
      const path = contained(root, workspace);
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      // Another try of the attempt may have its folder beside this one.
      await rmdir(dirname(path)).catch(() => undefined);
    },
  };
}

/** The workspace's path, when it is a folder that `open` made: exactly three levels below the attempts. */
function contained(root: string, { path }: Workspace): string {
  const whole = resolve(path);
  if (dirname(dirname(dirname(whole))) === join(root, 'attempts')) return whole;
  throw new PortError('Git.OutsideRoot', `${path} is no workspace below ${join(root, 'attempts')}.`, 'config');
}

async function requireFolder(path: string): Promise<void> {
  await access(path).catch(() => {
    throw new PortError('Git.WorkspaceGone', `${path} was removed: another try of the attempt has taken its place.`);
  });
}
