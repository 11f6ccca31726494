import { resolve } from 'node:path';
import { checkOut } from './check-out.ts';
import { createGit } from './git.ts';
import { createMirrors } from './mirrors.ts';
import type { WorkspacesOptions } from './workspaces.ts';

/** Puts a clean checkout of exactly `revision` into the folder, which is replaced. Throws `Git.…` for trouble. */
export type Checkout = (repo: string, revision: string, intoDir: string) => Promise<void>;

/** Checkouts for builds, from the same mirrors as the workspaces with this root. */
export function createCheckout({ root, remoteUrl, env }: WorkspacesOptions): Checkout {
  const git = createGit({ env });
  const mirrors = createMirrors({ git, root: resolve(root), remoteUrl });
  return async (repo, revision, intoDir) => {
    const { gitDir } = await mirrors.having(repo, [revision]);
    await checkOut(git, { from: gitDir, sha: revision, path: intoDir });
  };
}
