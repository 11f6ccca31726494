import type { CardRole, Remark } from './card.ts';
import type { ActionName, CompensateAction, GateSettings, PrepareAction, WorkAction } from './pipeline.ts';
import type { Question } from './question.ts';
import type { Phase } from './state.ts';
import type { SubjectRef } from './subject.ts';

/** Names the step an answer belongs to; an answer to another step is ignored. */
export type StepRef = { stage: string; phase: Phase; index: number; attempt: number };

type Action<A extends ActionName> = { ref: StepRef; action: A };

/** What the interpreter does next. Exactly one at a time. */
export type Step =
  | { kind: 'take-lane'; lane: string }
  | { kind: 'release-lane'; lane: string; lease: number }
  | ({ kind: 'prepare' } & Action<PrepareAction>)
  | { kind: 'judge'; ref: StepRef; side: 'enter' | 'leave'; gate: GateSettings; subject?: SubjectRef }
  | { kind: 'agent'; ref: StepRef; role: string }
  | ({ kind: 'act' } & Action<WorkAction>)
  | ({ kind: 'compensate' } & Action<CompensateAction>)
  | { kind: 'ask'; question: Question }
  | { kind: 'write-card'; role: CardRole }
  | { kind: 'remark'; remark: Remark }
  | { kind: 'remind'; question: Question; reminder: number }
  /** `ms`: to the next look. `until`: it is known when. `remindAt`: a reminder is due then, if that is sooner. */
  | { kind: 'wait'; why: WaitWhy; for: string; ms: number; until?: number; remindAt?: number }
  | { kind: 'finish'; outcome: 'done' | 'aborted' };

export type WaitWhy = 'gate' | 'trouble' | 'quota' | 'question' | 'held' | 'paused';
