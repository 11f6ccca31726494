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
  sideRef?: string;
  landed?: Landed;
  health?: HealthMemory;
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
  | { kind: 'question-told'; number: number; role: CardRole }
  | { kind: 'card-written'; role: CardRole }
  | { kind: 'card-seen'; card: CardSeen }
  | { kind: 'decided'; decision: Decision }
  | { kind: 'held'; by: string }
  | { kind: 'unheld'; by: string }
  | { kind: 'paused'; by: string }
  | { kind: 'resumed'; by: string }
  | { kind: 'abort-asked'; by: string; reason?: string }
);
