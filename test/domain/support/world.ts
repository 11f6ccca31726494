import type { CardRole, CardSeen, Remark } from '../../../domain/card.ts';
import type { GivenReview } from '../../../domain/gates/review.ts';

/** A commit of the pretended repository; `contains` are the base commits merged into it. */
export type Commit = { sha: string; tree: string; documents: string; contains: string[]; parents: string[] };

/** Everything outside Conveyor that a task meets: the repository, the forge, production and the card. */
export type World = {
  base: string;
  commits: Map<string, Commit>;
  branches: Map<string, string>;
  reviews: GivenReview[];
  production?: { digest: string; revision: string };
  approvers: readonly string[];
  card: CardSeen;
  /** What people who moved the card were told. */
  comments: Remark[];
};

export const BASE_BRANCH = 'main';

/** `production`: what runs there before the task's release; `empty` on a first release. */
export function createWorld(production: 'running' | 'empty', approvers: readonly string[] = []): World {
  const first: Commit = { sha: 'base-0', tree: 'tree:base-0', documents: 'none', contains: ['base-0'], parents: [] };
  return {
    base: BASE_BRANCH,
    commits: new Map([[first.sha, first]]),
    branches: new Map([[BASE_BRANCH, first.sha]]),
    reviews: [],
    approvers,
    ...(production === 'running' ? { production: { digest: 'sha256:old', revision: 'base-0' } } : {}),
    card: { kind: 'card', role: 'entry', stateName: 'In Progress', moved: { by: 'pat', at: 0, ours: false } },
    comments: [],
  };
}

export function read(world: World, sha: string): Commit {
  const commit = world.commits.get(sha);
  if (!commit) throw new Error(`The world has no commit ${sha}`);
  return commit;
}

export function tipOf(world: World, branch: string): string | undefined {
  return world.branches.get(branch);
}

export function baseTip(world: World): string {
  return tipOf(world, world.base) ?? 'gone';
}

/** A commit on top of another one; `change` says what it touches. */
export function commitOn(world: World, parent: string, sha: string, change: Partial<Commit> = {}): Commit {
  const old = read(world, parent);
  const commit: Commit = { ...old, tree: `tree:${sha}`, ...change, sha, parents: change.parents ?? [parent] };
  world.commits.set(sha, commit);
  return commit;
}

/** A person pushes on top of the branch, whatever is there. */
export function pushBy(world: World, branch: string, sha: string, change: Partial<Commit> = {}): void {
  const tip = tipOf(world, branch) ?? baseTip(world);
  world.branches.set(branch, commitOn(world, tip, sha, change).sha);
}

/** Somebody else's work lands on the base branch. */
export function moveBase(world: World, sha: string): void {
  world.branches.set(world.base, commitOn(world, baseTip(world), sha, { contains: [...containedIn(world), sha] }).sha);
}

function containedIn(world: World): string[] {
  return read(world, baseTip(world)).contains;
}

export function moveCard(
  world: World,
  role: CardRole | 'other',
  move?: { by: string; at: number; ours: boolean },
): void {
  const wroteAt = move?.ours ? move.at : world.card.kind === 'card' ? world.card.wroteAt : undefined;
  world.card = {
    kind: 'card',
    role,
    stateName: role,
    ...(move ? { moved: move } : {}),
    ...(wroteAt === undefined ? {} : { wroteAt }),
  };
}
