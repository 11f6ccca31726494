/** A webhook reduced to "look again": where, and at what. Its content never moves a task. */

export type NudgeTarget =
  | { kind: 'task'; key: string; project: string; source: 'tracker' | 'forge' }
  | { kind: 'commit'; sha: string; repo: string }
  | { kind: 'project'; project: string }
  | { kind: 'repository'; repo: string }
  | { kind: 'ignored'; why: string };

/** What the three kinds of sender have in common, once their payloads are read. */
export type Hint = {
  from: 'tracker' | 'forge';
  project?: string | undefined;
  key?: string | undefined;
  repo?: string | undefined;
  branch?: string | undefined;
  sha?: string | undefined;
};

const TASK_BRANCH = /^(?:refs\/heads\/)?task\/([A-Z][A-Z0-9_]*-\d+)(?:-|$)/;

/** Item key or branch name names the task; only a commit has to be searched; anything else nudges a whole project. */
export function aimNudge(hint: Hint): NudgeTarget {
  const key = hint.key ?? keyOfBranch(hint.branch);
  if (key !== undefined) {
    return { kind: 'task', key, project: hint.project ?? projectOfKey(key), source: hint.from };
  }
  if (hint.sha !== undefined && hint.repo !== undefined) return { kind: 'commit', sha: hint.sha, repo: hint.repo };
  if (hint.project !== undefined) return { kind: 'project', project: hint.project };
  if (hint.repo !== undefined) return { kind: 'repository', repo: hint.repo };
  return { kind: 'ignored', why: 'it names no item, branch, commit, repository or project' };
}

export function keyOfBranch(branch: string | undefined): string | undefined {
  return branch === undefined ? undefined : TASK_BRANCH.exec(branch)?.[1];
}

/** `ORCH-53` belongs to project `ORCH`. */
export function projectOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf('-'));
}
