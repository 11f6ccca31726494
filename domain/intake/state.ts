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
  /** Who sees it: task keys, `intake`, or `webhooks`. It heals when the last of them is well. */
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
  /** Runs started, and those of them that followed an earlier run. */
  started: number;
  reopened: number;
  done: number;
  aborted: number;
  /** Transitions of ended tasks and cards noticed, by what brought them. */
  drivenByWebhook: number;
  healedByTimer: number;
};

/** Whether the tracker's webhooks arrive: sweeps by timer that found what no webhook had told, since the last nudge. */
export type WebhookHealth = { lastAt?: number; missedInARow: number };

export type Freeze = { by: string; reason: string; at: number };

/** A message operators are owed: sent once per marker. */
export type Owed = { marker: string; text: string };

/** Why a sweep is made. Only a webhook and a person read with the sweep's kill switch off. */
export type WokenBy = 'webhook' | 'person' | 'task' | 'timer';

/** Somebody wants a sweep before the timer. */
export type Asked = { by: Exclude<WokenBy, 'timer'>; at: number };

/**
 * What a task is told with: `tracker` and `sweep` (only the timer found the change) have it look at its card, `person`
 * only at what it waits for.
 */
export type TaskNudge = { key: string; source: 'tracker' | 'person' | 'sweep' };

/** Serialisable; carried whole over continue-as-new. */
export type IntakeState = {
  v: 1;
  project: string;
  /** `working`: what the last sweep found is being carried out; `failed`: that met trouble, and the next sweep tries again. */
  pass: 'working' | 'rested' | 'failed';
  asked?: Asked;
  /** 0 before the first. */
  nextSweepAt: number;
  /** When the last sweep began, whatever came of it. */
  triedAt?: number;
  /** Where the next listing of changes starts. */
  watermark?: string;
  /** Versions of the cards the last listing showed: listings overlap. */
  overlap: Record<string, string>;
  waiting: readonly Waiting[];
  /** Open runs by key. */
  open: Record<string, number>;
  /** Where the cards of open runs were seen last. */
  roles: Record<string, CardRole | 'other'>;
  /** Runs that ended since the last sweep: their cards may stand in the entry state all the same. */
  recheck: readonly string[];
  /** Tasks to be told that something changed. */
  toNudge: readonly TaskNudge[];
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
  /** What operators should have been told and no notifier has taken yet, oldest first; absent when nothing. */
  untold?: readonly string[];
  webhooks: WebhookHealth;
  stats: IntakeStats;
  lastSweepAt?: number;
  nextSweepAt?: number;
};

/** What one sweep is asked for. Small while nothing changes: open runs travel only where they are needed. */
export type SweepInput = {
  project: string;
  wokenBy: WokenBy;
  /** Absent at the first sweep, which lists everything. */
  watermark?: string;
  overlap: Record<string, string>;
  /** Everything is listed besides: known keys that are missing there are gone, unknown ones in the entry state are told. */
  full?: { known: readonly string[] };
  /** Keys whose runs may have ended without saying so. */
  check: readonly string[];
  /** Keys whose cards are told when they stand in the entry state, changed or not. */
  recheck: readonly string[];
};

/** A card that changed, as the sweep saw it. */
export type ChangedCard = {
  key: string;
  title: string;
  role: CardRole | 'other';
  priority: Priority;
  blockedBy: readonly string[];
  changedBy: 'us' | 'somebody';
};

/** What one sweep found; differences only. */
export type SweepFound = {
  policy: IntakePolicy;
  /** `none`: the kill switch kept a timer's sweep from reading. */
  listing: 'none' | 'changes' | 'full';
  watermark?: string;
  /** Versions of what this listing showed, for the next one to compare. */
  overlap: Record<string, string>;
  /** Every card that changed; of a full listing only unknown ones in the entry state. */
  changed: readonly ChangedCard[];
  /** Known cards that no longer exist; only a full listing tells. */
  gone: readonly string[];
  /** Runs that were found closed. */
  ended: readonly string[];
  /** Runs the first listing found open. */
  open: readonly { key: string; run: number; role: CardRole | 'other' }[];
};

/** What came of letting one item in. */
export type Admission =
  | { kind: 'started'; run: number }
  /** It has an open run, whoever started it. */
  | { kind: 'open'; run: number }
  | { kind: 'blocked'; by: readonly string[] }
  /** Its run ended, and nobody moved the card into the entry state since. */
  | { kind: 'ended'; run: number }
  /** Its card is gone or no longer in the entry state. */
  | { kind: 'left' };

/** Durations of the intake that come with its input, in milliseconds. */
export type IntakeSettings = {
  /** Until the first sweep has read the policy. */
  sweepMs: number;
  troubleMs: number;
  debounceMs: number;
};

export function newIntake(project: string): IntakeState {
  return {
    v: 1,
    project,
    pass: 'rested',
    nextSweepAt: 0,
    overlap: {},
    waiting: [],
    open: {},
    roles: {},
    recheck: [],
    toNudge: [],
    incidents: [],
    incidentCount: 0,
    owed: [],
    webhooks: { missedInARow: 0 },
    stats: { started: 0, reopened: 0, done: 0, aborted: 0, drivenByWebhook: 0, healedByTimer: 0 },
  };
}
