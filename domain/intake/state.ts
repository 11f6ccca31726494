/** What a project's intake knows and carries; rules are in the files beside this one. */

import type { CardRole, Priority } from '../card.ts';
import type { TroubleClass } from '../state.ts';

/** Live settings of the intake, read at each sweep. Durations in milliseconds. */
export type IntakePolicy = {
  /** Open tasks at a time; absent = as many as there are. */
  wip?: number;
  sweepMs: number;
  /** Between two full listings, which find what changes cannot tell: deleted cards. */
  fullSweepMs: number;
  /** Hour of the day, UTC, at which the digest is sent; absent = never. */
  digestHour?: number;
};

/** Why an item in the entry state has no open run yet. */
export type WaitReason =
  | { kind: 'wip'; limit: number }
  | { kind: 'frozen'; by: string; reason: string }
  | { kind: 'blocked'; by: readonly string[] }
  /** Its run ended, and nobody has moved it into the entry state since. */
  | { kind: 'ended'; run: number };

/** An item in the entry state that waits to be let in. */
export type Waiting = {
  key: string;
  title: string;
  priority: Priority;
  blockedBy: readonly string[];
  since: number;
  why?: WaitReason;
};

/** An integration is unwell. One per integration and class; `webhooks` is one as well. */
export type Incident = {
  /** Counts within the project and never restarts. */
  number: number;
  integration: string;
  class: TroubleClass;
  type: string;
  message: string;
  since: number;
  /** Who sees it: task keys, or `intake`. It heals when the last of them is well. */
  seenBy: readonly string[];
};

export type TroubleReport = {
  key: string;
  integration: string;
  class: TroubleClass;
  type: string;
  message: string;
};
/** The task's trouble is over, whatever it was. */
export type Recovered = { key: string };

/** What an ended task reports about itself, once per run. */
export type TaskEnded = {
  key: string;
  run: number;
  outcome: 'done' | 'aborted';
  /** Waits a nudge brought to an end, and waits only the timer did. */
  drivenByNudge: number;
  healedByTimer: number;
};

export type IntakeStats = {
  started: number;
  reopened: number;
  done: number;
  aborted: number;
  /** Transitions of ended tasks and cards noticed, by what brought them. */
  drivenByWebhook: number;
  healedByTimer: number;
};

/** Whether the tracker's webhooks arrive: changes only a timer found, since the last nudge. */
export type WebhookHealth = { lastAt?: number; missedInARow: number };

export type Freeze = { by: string; reason: string; at: number };

/** A message operators are owed: sent once per marker. */
export type Owed = { marker: string; text: string };

/** Serialisable; carried whole over continue-as-new. */
export type IntakeState = {
  v: 1;
  /** Where the next listing of changes starts. */
  watermark?: string;
  /** Versions of the cards the last listing showed: listings overlap. */
  overlap: Record<string, string>;
  waiting: readonly Waiting[];
  /** Open runs by key. */
  open: Record<string, number>;
  freeze?: Freeze;
  incidents: readonly Incident[];
  incidentCount: number;
  owed: readonly Owed[];
  lastSweepAt?: number;
  lastFullAt?: number;
  /** `2026-01-31`: the day the digest was last sent for. */
  lastDigest?: string;
  webhooks: WebhookHealth;
  stats: IntakeStats;
  policy?: IntakePolicy;
};

/** What the query answers; `conveyor queue`, `explain` and `stats` print it. */
export type IntakeView = {
  project: string;
  /** In the order they will be let in; `place` counts from 1. */
  waiting: readonly (Waiting & { place: number; sentence: string })[];
  open: number;
  wip?: number;
  freeze?: Freeze;
  incidents: readonly Incident[];
  webhooks: WebhookHealth;
  stats: IntakeStats;
  lastSweepAt?: number;
  nextSweepAt?: number;
};

/** What one sweep found; differences only. */
export type SweepFound = {
  policy: IntakePolicy;
  watermark: string;
  /** Versions of what this listing showed, for the next one to compare. */
  overlap: Record<string, string>;
  /** Cards that changed: in the entry state, or with an open run. */
  changed: readonly {
    key: string;
    title: string;
    role: CardRole | 'other';
    priority: Priority;
    blockedBy: readonly string[];
    changedBy: 'us' | 'somebody';
  }[];
  /** Known cards that no longer exist; only a full listing tells. */
  gone: readonly string[];
  /** Known runs that are closed. */
  ended: readonly string[];
};
