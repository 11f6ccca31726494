import type { CardRole, CardSeen } from './card.ts';
import type { HealthMemory } from './gates/health.ts';
import type { Decision } from './question.ts';
import type { Report, Usage } from './run.ts';
import type { Landed, Trouble } from './state.ts';
import type { StepRef } from './step.ts';
import type { SubjectRef, Subjects } from './subject.ts';
import type { Verdict } from './verdict.ts';

/** What a step found or made besides its verdict. */
export type Facts = {
  subjects?: Subjects;
  tree?: string;
  report?: Report;
  usage?: Usage;
  pullRequest?: number;
  pullRequestUrl?: string;
  sideRef?: string;
  /** Of a run that was interrupted: the next one continues it. */
  session?: string;
  /** Nothing of the task's budget is left. */
  budget?: 'spent';
  landed?: Landed;
  health?: HealthMemory;
  /** Who may answer the approval that the gate asks for. */
  approvers?: readonly string[];
  /** The run changed no documents but those its role owes. */
  documents?: 'only-its-own';
};

/** Everything that can move a task. `at` is the workflow's clock, in milliseconds. */
export type Event = { at: number } & (
  | { kind: 'answered'; step: StepRef; subject?: SubjectRef; verdict: Verdict; facts?: Facts }
  | { kind: 'trouble'; trouble: Trouble }
  | { kind: 'woke'; by: 'nudge' | 'timer' }
  | { kind: 'lane-taken'; lane: string; lease: number }
  | { kind: 'lane-released' }
  /** `edited`: closed questions whose notification says so now. */
  | { kind: 'question-told'; number: number; role: CardRole; edited?: readonly number[] }
  | { kind: 'card-written'; role: CardRole; edited?: readonly number[] }
  /** `by`: what ended the wait before the look, when one did. */
  | { kind: 'card-seen'; card: CardSeen; by?: 'nudge' | 'timer' }
  | { kind: 'remarked'; marker: string }
  | { kind: 'reminded'; number: number; reminder: number }
  | { kind: 'decided'; decision: Decision }
  | { kind: 'held'; by: string }
  | { kind: 'unheld'; by: string }
  | { kind: 'paused'; by: string; reason?: string }
  | { kind: 'resumed'; by: string }
  | { kind: 'abort-asked'; by: string; reason?: string }
);
