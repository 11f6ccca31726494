import type { Ledger } from './ledger.ts';
import { EARLIER_LEDGER, newLedger } from './ledger.ts';
import type { CardRole, Remark } from './card.ts';
import type { HealthMemory } from './gates/health.ts';
import type { GateName, Pipeline, Stage } from './pipeline.ts';
import type { ClosedQuestion, Question } from './question.ts';
import type { Report } from './run.ts';
import type { SubjectRef, Subjects } from './subject.ts';
import type { Acceptance, Finding, VerdictKind } from './verdict.ts';

/** What never changes while a task is delivered. */
export type TaskSpec = {
  /** The item's key in the tracker, e.g. `ORCH-53`. */
  key: string;
  /** 1 for the first delivery, 2 after a reopen. */
  run: number;
  project: string;
  repo: string;
  /** The branch that is delivered to, e.g. `main`. */
  base: string;
  title: string;
  /** `task/<KEY>-<slug>` without the branch number. */
  branch: string;
};

export type Phase = 'prepare' | 'enter' | 'work' | 'leave' | 'compensate';

/** Where in the table the task stands. `gates-first`: agent work waits until a gate finds it missing. */
export type Position = { stage: string; phase: Phase; index: number; order: 'work-first' | 'gates-first' };

/** An open wait; `due` once a nudge or the timer said to look again. */
export type Wait = {
  why: 'gate' | 'trouble' | 'quota';
  for: string;
  since: number;
  /** Looks since the last nudge: the distance between looks doubles with it. */
  looks: number;
  until?: number;
  status: 'waiting' | 'due-by-nudge' | 'due-by-timer';
};

/** A passed or waived gate, bound to what it judged. */
export type Passed = {
  stage: string;
  gate: GateName;
  kind: 'pass' | 'waived';
  subject: SubjectRef;
  at: number;
  say: string;
};

/** What Conveyor put on the base branch and has neither proven in production nor taken back. */
export type Landed = {
  candidate: string;
  base: string;
  /** What ran in production before; absent on a first release. */
  previous?: { digest: string; revision: string };
};

export type TroubleClass = 'transient' | 'auth' | 'config';
/** An integration is unwell. `type` is dotted, e.g. `Plane.RateLimited`. */
export type Trouble = { type: string; class: TroubleClass; message: string; integration: string };

export type LogEntry = {
  at: number;
  stage: string;
  /** Gate, role or action. */
  what: string;
  kind: VerdictKind;
  subject?: SubjectRef;
  say: string;
  /** What else a pass rests on: the subject in full, the policy's version. */
  proof?: string;
  attempt?: number;
};

/** A person's decision on exactly this subject, as the approval gate reads it. */
export type Approval = { subject: SubjectRef; answer: 'approve' | 'reject'; words?: string; by: string; at: number };

/** Serialisable; carried whole over continue-as-new. */
export type TaskState = {
  v: 1;
  /** Of the rules in `domain/rules.ts`; a newer one takes effect only at continue-as-new. */
  rulesVersion: number;
  spec: TaskSpec;
  position: Position;
  subjects: Subjects;
  passed: readonly Passed[];
  ledger: Ledger;
  /** Travel to the next prompt. */
  findings: readonly Finding[];
  words: readonly string[];
  acceptances: readonly Acceptance[];
  approvals: readonly Approval[];
  /** The newest report of each stage whose role owes a judgement. */
  reports: Record<string, Report>;
  wait?: Wait;
  question?: Question;
  /** The last few, newest last. */
  closed?: readonly ClosedQuestion[];
  /** A `retry` was decided: the next fail of this gate bounces even at its cap. */
  retrying?: { stage: string; gate?: GateName; cause: Question['cause'] };
  trouble?: Trouble & { since: number };
  hold?: { by: string; since: number };
  pause?: { by: string; since: number; reason?: string };
  abort?: { by: string; since: number; reason?: string };
  lease?: { lane: string; number: number };
  landed?: Landed;
  /** What the health gate has seen of this release. */
  health?: HealthMemory;
  /** Production and the base branch are being taken back; charged to this gate once they are. */
  compensating?: { stage: string; gate?: GateName; findings: readonly Finding[] };
  /** After a stale answer: up to and including this stage, gates are read before any agent works. */
  rereadUpTo?: string;
  /** The tree at the last bounce: finding it again afterwards is no progress. */
  bouncedTree?: string;
  /** Tree of the head. */
  tree?: string;
  counters: { attempt: number; question: number; branch: number };
  pullRequest?: number;
  pullRequestUrl?: string;
  /** A ref with commits of ours that a person's push overtook; the next prompt names it. */
  sideRef?: string;
  /** The agent's session of the stage's last run, which did not come to its end: the next run there continues it. */
  interrupted?: { stage: string; session: string };
  /** The role we last wrote to the card, so that it is only written when it differs. */
  cardWritten?: CardRole;
  /** The newest move of the card by somebody else that was acted on, by the tracker's clock: none is acted on twice. */
  cardAt?: number;
  /** What somebody who moved the card has to be told; owed until the comment is written. */
  remark?: Remark;
  stageSince: number;
  startedAt: number;
  end?: { outcome: 'done' | 'aborted'; at: number; by?: string; reason?: string };
  log: readonly LogEntry[];
};

/** The version a new task starts with: the newest. */
export const RULES_VERSION = 1;
/** Of tasks that were started without one. */
export const FIRST_RULES_VERSION = 1;

/** Numbers of questions never restart: a late answer to a question of run 1 must not be one to a question of run 2. */
const QUESTIONS_OF_A_RUN = 100;

export function newTask(
  pipeline: Pipeline,
  spec: TaskSpec,
  at: number,
  rulesVersion: number = RULES_VERSION,
): TaskState {
  const first = pipeline.stages[0];
  if (!first) throw new Error('The pipeline has no stage');
  return {
    v: 1,
    rulesVersion,
    spec,
    position: { stage: first.name, phase: firstPhase(first), index: 0, order: 'work-first' },
    subjects: {},
    passed: [],
    ledger: newLedger(pipeline),
    findings: [],
    words: [],
    acceptances: [],
    approvals: [],
    reports: {},
    counters: { attempt: 0, question: (spec.run - 1) * QUESTIONS_OF_A_RUN, branch: 0 },
    stageSince: at,
    startedAt: at,
    log: [],
  };
}

/** A state that was carried over from an older Conveyor, with what it did not know yet. */
export function carriedOver(state: TaskState): TaskState {
  return { ...state, ledger: { ...EARLIER_LEDGER, ...state.ledger } };
}

function firstPhase({ prepare, enter }: Stage): Phase {
  if (prepare !== undefined) return 'prepare';
  return enter.length > 0 ? 'enter' : 'work';
}

/** The task branch by number: `task/ORCH-53-add-x`, then `task/ORCH-53-add-x-2` after a revert. */
export function branchOf(state: TaskState): string {
  const n = state.counters.branch;
  return n === 0 ? state.spec.branch : `${state.spec.branch}-${n + 1}`;
}

/** `<KEY>#<run>/<stage>/<attempt>/<step>`: unique in the whole tracker project. */
export function idempotencyKey(state: TaskState, step: string): string {
  const { spec, position, counters } = state;
  return `${spec.key}#${spec.run}/${position.stage}/${counters.attempt + 1}/${step}`;
}
