/** A webhook reduced to "look again": where, and at what. Its content never moves a task. */

export type NudgeTarget =
  | { kind: 'task'; key: string; project: string; source: 'tracker' | 'forge' }
  /** `otherwise`: who looks when no task is about this commit. */
  | { kind: 'commit'; sha: string; repo: string; otherwise: 'repository' | 'nobody' }
  | { kind: 'project'; project: string }
  | { kind: 'repository'; repo: string }
  | { kind: 'ignored'; why: string };

/** What the three kinds of sender have in common, once their payloads are read. `repo` is the configuration's name. */
export type Hint = {
  from: 'tracker' | 'forge';
  project?: string | undefined;
  key?: string | undefined;
  repo?: string | undefined;
  branch?: string | undefined;
  sha?: string | undefined;
};

const KEY = /^[A-Z][A-Z0-9_]{0,39}-[1-9]\d{0,8}$/;
const PROJECT = /^[A-Z][A-Z0-9_]{0,39}$/;
const SHA = /^[0-9a-f]{40}$/;
const TASK_BRANCH = /^(?:refs\/heads\/)?task\/([A-Z][A-Z0-9_]{0,39}-[1-9]\d{0,8})(?:-|$)/;
/** Longer than any branch of a task. */
const LONGEST_BRANCH = 200;

/**
 * Item key or branch name names the task; only a commit has to be searched; anything else nudges a whole project.
 * What is not shaped like a name of ours counts as not named: nothing else reaches Temporal.
 */
export function aimNudge(hint: Hint): NudgeTarget {
  const project = matching(PROJECT, hint.project);
  const { repo } = hint;
  const sha = matching(SHA, hint.sha);
  const key = matching(KEY, hint.key) ?? keyOfBranch(hint.branch);
  if (key !== undefined) return { kind: 'task', key, project: project ?? projectOfKey(key), source: hint.from };
  if (sha !== undefined && repo !== undefined) {
    // A branch that is no task's concerns at most the tasks that stand at its commit.
    return { kind: 'commit', sha, repo, otherwise: hint.branch === undefined ? 'repository' : 'nobody' };
  }
  if (project !== undefined) return { kind: 'project', project };
  if (hint.branch !== undefined) return { kind: 'ignored', why: 'no task has this branch' };
  if (repo !== undefined) return { kind: 'repository', repo };
  return { kind: 'ignored', why: 'it names no item, branch, commit, repository or project' };
}

export function keyOfBranch(branch: string | undefined): string | undefined {
  if (branch === undefined || branch.length > LONGEST_BRANCH) return undefined;
  return TASK_BRANCH.exec(branch)?.[1];
}

/** `ORCH-53` belongs to project `ORCH`. */
export function projectOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf('-'));
}

function matching(pattern: RegExp, text: string | undefined): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}
