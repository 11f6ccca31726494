/**
 * What the activities need from the outside world. The consumer declares each port; `app/` injects an adapter.
 * Every method throws `PortError` for trouble (an integration unwell); a judged "no" is always a value.
 * Every write is found before it is made: calling it twice with the same marker has the effect of one call.
 */

import type { CardRole, CardSeen, Listed, Priority } from '../domain/card.ts';
import type { IntakePolicy } from '../domain/intake/state.ts';
import type { Artifact, Candidate, Release } from '../domain/subject.ts';
import type { Finding } from '../domain/verdict.ts';
import type { AgentRunner } from './agent-port.ts';
import type { Tasks } from './tasks-port.ts';

export type { AgentRequest, AgentResult, AgentRunner, Beat } from './agent-port.ts';
export { PortError } from './port-error.ts';
export type { TroubleKind } from './port-error.ts';

/** An item on the tracker's board. */
export type Item = {
  key: string;
  title: string;
  body: string;
  stateName: string;
  role: CardRole | 'other';
  priority: Priority;
  /** Keys of items that have to be done first. */
  blockedBy: readonly string[];
};

export interface Tracker {
  /**
   * Every card that changed since the watermark, all of them without one, in as few requests as the tracker allows.
   * The watermark reaches back a little, so a card may be listed again: `version` tells whether it changed.
   */
  changes(project: string, since?: string): Promise<{ cards: Listed[]; watermark: string }>;
  /** undefined when the item does not exist. */
  item(project: string, key: string): Promise<Item | undefined>;
  /** The card's state and who moved it there, from its history, never from comments. */
  look(project: string, key: string): Promise<CardSeen>;
  /** Moves the card when it is not already there. */
  move(project: string, key: string, role: CardRole): Promise<void>;
  /** Writes the comment unless one with this marker exists. */
  comment(project: string, key: string, comment: { marker: string; markdown: string }): Promise<void>;
}

export type PullRequest = {
  number: number;
  branch: string;
  base: string;
  state: 'open' | 'merged' | 'closed';
  /** The branch's tip as the forge knows it. */
  head: string;
  mergeable: 'yes' | 'no' | 'unknown';
  url: string;
  /** Who opened it; absent when the forge does not say. */
  author?: string;
};

export type Review = {
  reviewer: string;
  verdict: 'approve' | 'request-changes';
  /** The commit it was given for. */
  head: string;
  body: string;
  findings: Finding[];
  state: 'official' | 'dismissed';
  at: number;
};

export type CommitStatus = {
  context: string;
  state: 'success' | 'failure' | 'pending' | 'skipped';
  description: string;
  /** Newest wins within a context. */
  at: number;
};

/** `moved`: the base is not where it was expected; `closed`: the pull request was closed by hand. */
export type LandResult =
  { kind: 'landed' } | { kind: 'moved'; base: string } | { kind: 'head-moved'; head: string } | { kind: 'closed' };

export interface Forge {
  /** The tip of a branch; undefined when there is none. */
  tip(repo: string, branch: string): Promise<string | undefined>;
  /** Found by marker (kept in the body), else opened. */
  openPullRequest(
    repo: string,
    open: { branch: string; base: string; title: string; body: string; marker: string },
  ): Promise<PullRequest>;
  pullRequest(repo: string, number: number): Promise<PullRequest | undefined>;
  reviews(repo: string, number: number): Promise<Review[]>;
  /** Found by marker, else published as our reviewer. */
  publishReview(
    repo: string,
    number: number,
    review: { head: string; verdict: Review['verdict']; body: string; findings: Finding[]; marker: string },
  ): Promise<void>;
  statuses(repo: string, sha: string): Promise<CommitStatus[]>;
  /** What the forge's own branch protection demands, read from the base branch. */
  protection(repo: string, base: string): Promise<{ contexts: string[]; reviewers: string[] }>;
  /** Fast-forward-only, pinned: the base moves from `base` to `sha` or not at all. Already there = landed. */
  land(
    repo: string,
    land: { number: number; branch: string; base: string; from: string; sha: string },
  ): Promise<LandResult>;
}

/** A clean clone for one attempt. Cache, not a place: what counts is pushed at the end. */
export type Workspace = { path: string; head: string };

export type CommitIdentity = { name: string; email: string };

export type Commit = { sha: string; tree: string; parents: string[] };

/** What an attempt left, and what was said of it when it was kept. */
export type Sealed = { commit: Commit; sideRef: string; record?: string };

export type SyncResult = { kind: 'candidate'; candidate: Candidate } | { kind: 'conflict'; files: string[] };

/** The documents a task keeps at a commit, and what its diff touches. */
export type Inspection = {
  commit: Commit;
  /** Path under `docs/tasks/<KEY>/` → content; at most 64 KiB each. */
  documents: Record<string, string>;
  /** sha256 over path and content of every document, `none` when there is none. */
  documentsHash: string;
  /** Paths that differ between the merge base with `base` and the commit. */
  changedPaths: string[];
};

export interface Workspaces {
  /** A fresh clone at `start`, in a directory of this attempt's own; a leftover of an earlier try is replaced. */
  open(open: { repo: string; attempt: string; start: string; branch: string }): Promise<Workspace>;
  /**
   * Commits what the agent left with the role's identity and keeps the result on `refs/conveyor/…` of the remote.
   * With a `record` the first result of the attempt stands: another try is answered with it and changes nothing.
   */
  seal(
    workspace: Workspace,
    seal: { repo: string; attempt: string; message: string; identity: CommitIdentity; record?: string },
  ): Promise<Sealed>;
  /** The result of this attempt that was kept with its record; undefined when there is none. */
  sealed(of: { repo: string; attempt: string }): Promise<Sealed | undefined>;
  /** Points exactly one branch to `sha`, expecting it at `expected` (null = must not exist). Already there = pushed. */
  push(push: { repo: string; branch: string; sha: string; expected: string | null }): Promise<'pushed' | 'moved'>;
  /** The base merged into the head, the same commit each time it is asked for; nothing is pushed. */
  sync(sync: { repo: string; key: string; head: string; base: string }): Promise<SyncResult>;
  /** The commit that gives `sha`'s tree back to the one of `to`: parent = `sha`, tree = tree of `to`. */
  revertOf(revert: { repo: string; sha: string; to: string; message: string }): Promise<Commit>;
  inspect(inspect: { repo: string; key: string; sha: string; base: string }): Promise<Inspection>;
  /** Runs a command in a clean checkout of exactly this commit. */
  runIn(run: {
    repo: string;
    sha: string;
    command: string[];
    timeoutMs: number;
  }): Promise<{ exitCode: number; output: string }>;
  close(workspace: Workspace): Promise<void>;
}

export type BuildResult = { kind: 'built'; artifact: Artifact } | { kind: 'failed'; output: string };

export interface Artifacts {
  /** Found by revision before it is built; built from a clean checkout of `revision`. */
  build(build: { repo: string; revision: string }): Promise<BuildResult>;
  /** Reads digest and revision label back from the registry; undefined when it is not there. */
  find(image: string, digest: string): Promise<{ digest: string; revision: string } | undefined>;
  /** The same bytes under a new tag. `taken`: the tag points elsewhere and was not moved. */
  promote(promote: { image: string; digest: string; tag: string }): Promise<'promoted' | 'taken'>;
}

/** The deploy hook's contract: 0 deployed, 1 failed, 2 refused (nothing changed). */
export type DeployResult =
  { kind: 'deployed' } | { kind: 'failed'; detail: string } | { kind: 'refused'; detail: string };

/** What an environment answers when it is asked what it runs. */
export type Running = {
  digest: string;
  revision: string;
  version: string;
  deployId: string;
  health: 'healthy' | 'unhealthy';
  url: string;
};

export interface Environments {
  /** Same deploy id and digest already running = deployed. An older lease than the newest seen is refused. */
  deploy(deploy: { release: Release; artifact: Artifact; lease: number }): Promise<DeployResult>;
  /** Asked from the environment itself, not from a record. undefined: nothing answers. */
  running(project: string, environment: string): Promise<Running | undefined>;
  /** The environment that plays this part for the project, e.g. `demo/staging`. */
  name(project: string, part: 'staging' | 'production'): string;
  /** Checks declared in the product's repository, run against the environment. */
  check(check: { project: string; environment: string; revision: string }): Promise<CheckResult[]>;
}

/** One staging check's answer. */
export type CheckResult = {
  id: string;
  category: 'real' | 'sandbox-infra';
  outcome: 'pass' | 'fail' | 'error';
  detail: string;
};

export interface Notifier {
  /**
   * Sent once per marker. A message with the topic of an earlier one replaces its text where the receiver can edit,
   * so that one question stays one message; elsewhere it is sent as a message of its own.
   */
  send(message: { marker: string; text: string; topic?: string }): Promise<void>;
}

export interface Leases {
  take(take: { repo: string; lane: string; task: string }): Promise<number>;
  release(release: { repo: string; lane: string; task: string; lease: number }): Promise<void>;
}

export const SWITCH_NAMES = [
  'CONVEYOR_GATE_TIMERS_ENABLED',
  'CONVEYOR_INTAKE_SWEEP_ENABLED',
  'CONVEYOR_RESPECT_HELD_CARDS',
  'CONVEYOR_STAGING_INFRA_TOLERANCE_ENABLED',
  'CONVEYOR_IMAGE_FRESHNESS_ENABLED',
  'CONVEYOR_NOTIFICATIONS_ENABLED',
] as const;
export type SwitchName = (typeof SWITCH_NAMES)[number];

/** Lists that narrow a switch. */
export type SwitchListName = 'CONVEYOR_IMAGE_FRESHNESS_REPOS';

export interface Switches {
  on(name: SwitchName): boolean;
  /** undefined: not set, so nothing is left out. */
  listed(name: SwitchListName): readonly string[] | undefined;
}

/** Live policy of a project, read at each use; the version is recorded in the evidence. */
export type ProjectPolicy = {
  version: string;
  requiredContexts: string[];
  requiredReviewers: string[];
  /** The name our own reviews are published under. */
  reviewer: string;
  /** Globs of paths only a person may change. */
  protectedPaths: string[];
  /** Who may answer approvals; empty = anybody. */
  approvers: string[];
  /** Gates a person may `accept`. */
  acceptable: string[];
  /** Sandbox check ids the tolerant staging verdict may waive. */
  sandboxChecks: string[];
  testCommand: string[];
  healthWindowMs: number;
};

export interface Policies {
  of(project: string): ProjectPolicy;
  /** How items of the project are let in, read at each sweep. */
  intake(project: string): IntakePolicy;
  /** The name of each role's state on the project's board. */
  states(project: string): Record<CardRole, string>;
  /** Who froze the project and why; undefined when nothing is frozen. Throws when it cannot be told: then nothing lands. */
  freeze(project: string): Promise<{ by: string; reason: string } | undefined>;
}

export type Ports = {
  tasks: Tasks;
  tracker: Tracker;
  forge: Forge;
  workspaces: Workspaces;
  runner: AgentRunner;
  artifacts: Artifacts;
  environments: Environments;
  notifier: Notifier;
  leases: Leases;
  switches: Switches;
  policies: Policies;
};
