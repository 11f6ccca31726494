/** Every message a workflow understands. Payloads are small enough to type by hand in the Web UI. */

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { TaskStatus } from '../domain/describe.ts';
import type { IntakeState, IntakeView, Recovered, TaskEnded, TroubleReport } from '../domain/intake/state.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import type { ClosedQuestion, Decision, Question } from '../domain/question.ts';
import type { AgentRun } from '../domain/run.ts';
import type { LogEntry, TaskSpec, TaskState, Trouble } from '../domain/state.ts';
import type { Subjects } from '../domain/subject.ts';

/** Task queues by the kind of work; tests give each run its own. */
export type Queues = { control: string; agents: string; tracker: string; release: string };

/** An attempt's finished work whose result could not be pushed or published yet. */
export type Desk = { done?: { attempt: string; run: AgentRun } };

/** Input of `deliverTask`. The table travels with it: an edited one affects new tasks only. */
export type TaskInput = {
  spec: TaskSpec;
  pipeline: Pipeline;
  queues: Queues;
  /** The rules a new task starts with; absent in tasks older than the second version. Later the state has it. */
  rulesVersion?: number;
  /** Carried over continue-as-new; absent at the start. */
  state?: TaskState;
  /** A nudge that had arrived before continue-as-new. */
  nudged?: NudgeSource;
  desk?: Desk;
  /** Continue as new after this many history events, besides when Temporal suggests it. */
  continueAfterEvents?: number;
};

/** Who says "look again". Its content never moves a task. */
export type NudgeSource = 'tracker' | 'forge' | 'environment' | 'person' | 'sweep';
export type Nudge = { source: NudgeSource };

/** `number` must name the open question; `by` is who answers. */
export type DecideInput = Decision;
export type ByInput = { by: string; reason?: string };

/** What `show` and the Web UI print. */
export type TaskView = {
  spec: TaskSpec;
  stage: string;
  status: TaskStatus;
  /** One sentence: what it does or waits for. */
  sentence: string;
  stageSince: number;
  subjects: Subjects;
  ledger: Ledger;
  branch: string;
  question?: Question;
  /** The last questions that are open no more, newest last, each with how it was closed. */
  closed?: readonly ClosedQuestion[];
  trouble?: Trouble & { since: number };
  pullRequest?: number;
  end?: TaskState['end'];
};

export type ExplainView = TaskView & {
  log: readonly LogEntry[];
  /** When the timer looks again by itself; absent while something runs. */
  nextLookAt?: number;
  stages: string[];
  waived: string[];
};

export const nudgeSignal = defineSignal<[Nudge]>('nudge');
export const decideUpdate = defineUpdate<string, [DecideInput]>('decide');
export const decideSignal = defineSignal<[DecideInput]>('decide');
export const pauseSignal = defineSignal<[ByInput]>('pause');
export const resumeSignal = defineSignal<[ByInput]>('resume');
export const abortSignal = defineSignal<[ByInput]>('abort');
export const statusQuery = defineQuery<TaskView>('status');
export const explainQuery = defineQuery<ExplainView>('explain');
export const ledgerQuery = defineQuery<Ledger>('ledger');

/** Input of `projectIntake`. What may change while it runs (limits, intervals) is read by each sweep instead. */
export type IntakeInput = {
  project: string;
  queues: Queues;
  /** Until the first sweep has read the policy. */
  sweepMs: number;
  looks: Pipeline['looks'];
  /** Carried over continue-as-new; absent at the start. */
  state?: IntakeState;
  /** Continue as new after this many history events, besides when Temporal suggests it. */
  continueAfterEvents?: number;
};

export const sweepSignal = defineSignal('sweep');
/** Nothing lands any more, and nothing new is let in; work before the lane goes on. */
export const freezeSignal = defineSignal<[ByInput]>('freeze');
/** The same with an answer: one sentence. */
export const freezeUpdate = defineUpdate<string, [ByInput]>('freeze');
export const unfreezeSignal = defineSignal<[ByInput]>('unfreeze');
export const unfreezeUpdate = defineUpdate<string, [ByInput]>('unfreeze');
/** From a task that met trouble, and from one whose trouble is over. */
export const troubleSignal = defineSignal<[TroubleReport]>('trouble');
export const recoveredSignal = defineSignal<[Recovered]>('recovered');
/** From the activity that wrote an ended task's card. */
export const endedSignal = defineSignal<[TaskEnded]>('ended');
export const intakeQuery = defineQuery<IntakeView>('intake');
/** Memo key of the project's workflow: `{by, reason, at}` while it is frozen, null otherwise; readable with no worker. */
export const FREEZE_MEMO = 'freeze';

/** Workflow ids are what people read and type. */
export const taskWorkflowId = (key: string): string => `task/${key}`;
export const projectWorkflowId = (project: string): string => `project/${project}`;

export const WORKFLOWS = { task: 'deliverTask', intake: 'projectIntake' } as const;
