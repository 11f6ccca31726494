import { createHash } from 'node:crypto';
import type { Commit } from '../../activities/ports.ts';

export type Files = Readonly<Record<string, string>>;
type Kept = Commit & { files: Files };

/** A git repository in memory: commits by content, branches by name. */
export type FakeRepository = {
  branches: Map<string, string>;
  /** The commit with these files; the same files and parents give the same commit. */
  commit(files: Files, parents?: string[]): Commit;
  /** Writes files on top of a branch (new branches start at `from`) and moves it; what a person's push does. */
  push(branch: string, files: Files, from?: string): string;
  read(sha: string): Kept;
  isAncestor(ancestor: string, sha: string): boolean;
  /** Paths whose content differs between the fork point and the commit. */
  changed(base: string, sha: string): string[];
  /** The files of both sides merged; undefined when the same path was changed differently. */
  merge(head: string, base: string): Files | undefined;
};

export function createFakeRepository(): FakeRepository {
  const commits = new Map<string, Kept>();
  const branches = new Map<string, string>();

  const read = (sha: string): Kept => {
    const known = commits.get(branches.get(sha) ?? sha);
    if (!known) throw new Error(`The fake repository has no commit ${sha}`);
    return known;
  };

  const ancestors = (sha: string): string[] => [read(sha).sha, ...read(sha).parents.flatMap(ancestors)];

  const forkPoint = (base: string, sha: string): Files => {
    const ours = new Set(ancestors(sha));
    const common = ancestors(base).find((one) => ours.has(one));
    return common === undefined ? {} : read(common).files;
  };

  const commit = (files: Files, parents: string[] = []): Commit => {
    const tree = hash(
      Object.keys(files)
        .toSorted()
        .map((path) => [path, files[path]]),
    );
    const made = { sha: hash([tree, parents]), tree, parents };
    commits.set(made.sha, { ...made, files });
    return made;
  };

  return {
    branches,
    commit,
    read,
    push(branch, files, from) {
      const tip = branches.get(branch) ?? from;
      const { sha } = tip === undefined ? commit(files) : commit({ ...read(tip).files, ...files }, [read(tip).sha]);
      branches.set(branch, sha);
      return sha;
    },
    isAncestor: (ancestor, sha) => ancestors(sha).includes(ancestor),
    changed: (base, sha) => differing(forkPoint(base, sha), read(sha).files),
    merge(head, base) {
      const origin = forkPoint(base, head);
      const theirs = differing(origin, read(base).files);
      const ours = differing(origin, read(head).files);
      if (theirs.some((path) => ours.includes(path) && read(head).files[path] !== read(base).files[path]))
        return undefined;
      const kept = Object.entries(read(head).files).filter(([path]) => !theirs.includes(path));
      return Object.fromEntries([
        ...kept,
        ...Object.entries(read(base).files).filter(([path]) => theirs.includes(path)),
      ]);
    },
  };
}

/** A hash in the shape of git's: 40 hexadecimal digits. */
export function hash(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('hex');
}

function differing(a: Files, b: Files): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path] !== b[path]);
}
