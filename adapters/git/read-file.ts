import { resolve } from 'node:path';
import { createGit } from './git.ts';
import { createMirrors } from './mirrors.ts';
import { checkedSha } from './names.ts';
import type { WorkspacesOptions } from './workspaces.ts';

/** A file's text at a commit; undefined when it is not there. */
export type ReadFile = (repo: string, revision: string, path: string) => Promise<string | undefined>;

/** git's exit code for "no such object". */
const NOT_THERE = 128;

/** Reads from the same mirrors as the workspaces with this root. */
export function createReadFile({ root, remoteUrl, env }: WorkspacesOptions): ReadFile {
  const git = createGit({ env });
  const mirrors = createMirrors({ git, root: resolve(root), remoteUrl });
  return async (repo, revision, path) => {
    const { gitDir } = await mirrors.having(repo, [revision]);
    const shown = await git(['cat-file', 'blob', `${checkedSha(revision)}:${path}`], { gitDir, answers: [NOT_THERE] });
    return shown.exitCode === 0 ? shown.text() : undefined;
  };
}
