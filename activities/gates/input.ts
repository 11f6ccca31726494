import type { HealthMemory } from '../../domain/gates/health.ts';
import type { GateName, Role } from '../../domain/pipeline.ts';
import type { Report } from '../../domain/run.ts';
import type { Approval, Landed, Passed, TaskSpec } from '../../domain/state.ts';
import type { SubjectRef, Subjects } from '../../domain/subject.ts';
import type { Acceptance, Verdict } from '../../domain/verdict.ts';

/** One look at one gate: what the task knows. Everything else is read anew. */
export type JudgeInput = {
  spec: TaskSpec;
  /** The task branch as it is called now. */
  branch: string;
  gate: GateName;
  /** The row; `role` is the one that works in it, when an agent does. */
  stage: { name: string; lane?: string; role?: { name: string } & Role };
  subjects: Subjects;
  /** The subject the step asks about. */
  subject?: SubjectRef;
  pullRequest?: number;
  /** The newest report of the row's role. */
  report?: Report;
  approvals: readonly Approval[];
  acceptances: readonly Acceptance[];
  passed: readonly Passed[];
  /** `owedToCandidate` of the pinned pipeline; only the merge gate reads it. */
  owed: readonly GateName[];
  landed?: Landed;
  /** As the last answer of this gate returned it. */
  health?: HealthMemory;
  /**
   * The workflow's time, in milliseconds: what production answers is dated by it, because clocks of workers differ and
   * jump, and a window must not. A task that asked before an upgrade does not tell it.
   */
  at?: number;
  /** What made the task look; a look by timer does not read while timers are switched off. */
  wokenBy?: 'nudge' | 'timer';
};

/** `health` is for the next look to bring back; `approvers` come with a verdict that asks for an approval. */
export type JudgeAnswer = { verdict: Verdict; health?: HealthMemory; approvers?: readonly string[] };
