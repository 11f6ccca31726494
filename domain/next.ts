/** What the interpreter does next: exactly one step, from the state alone. */

import type { CardRole } from './card.ts';
import { toEdit } from './close-question.ts';
import { describe } from './describe.ts';
import { GATES } from './gates/registry.ts';
import { gateHere } from './on-gate.ts';
import type { GateSettings, Pipeline, Stage } from './pipeline.ts';
import { stageOf } from './pipeline.ts';
import { nextReminder } from './reminder.ts';
import type { TaskState } from './state.ts';
import type { Step, StepRef } from './step.ts';
import { subjectRef } from './subject.ts';

export function next(pipeline: Pipeline, state: TaskState): Step {
  const troubled = waitForTrouble(pipeline, state);
  if (troubled) return troubled;
  if (state.end) return nextAtEnd(state, state.end.outcome);
  const held = state.landed ? undefined : nextWhileHeld(pipeline, state);
  if (held) return held;
  if (state.question) return nextWhileAsking(pipeline, state, state.question);
  // Nothing stops the watch over production, a tracker that does not take the comment neither.
  if (state.remark && !state.landed) return { kind: 'remark', remark: state.remark };
  if (state.wait?.status === 'waiting') return waitHere(pipeline, state, state.wait);
  return cardToWrite(state) ?? laneToMove(pipeline, state) ?? stepHere(pipeline, state);
}

function nextAtEnd(state: TaskState, outcome: 'done' | 'aborted'): Step {
  if (state.lease) return { kind: 'release-lane', lane: state.lease.lane, lease: state.lease.number };
  return cardToWrite(state) ?? { kind: 'finish', outcome };
}

/** What runs has finished; nothing starts and nothing is sent. The lane is for those who go on. */
function nextWhileHeld(pipeline: Pipeline, state: TaskState): Step | undefined {
  const why = state.hold ? 'held' : state.pause ? 'paused' : undefined;
  if (!why) return undefined;
  if (state.lease) return { kind: 'release-lane', lane: state.lease.lane, lease: state.lease.number };
  // It answers the very move by which somebody holds the card.
  if (state.remark && !state.pause) return { kind: 'remark', remark: state.remark };
  return { kind: 'wait', why, for: describe(pipeline, state), ms: pipeline.looks.personMs };
}

function nextWhileAsking(pipeline: Pipeline, state: TaskState, question: NonNullable<TaskState['question']>): Step {
  if (question.told === 'not-yet') return { kind: 'ask', question };
  const givesUp = !state.landed && question.lane === 'give-up';
  if (givesUp && state.lease) return { kind: 'release-lane', lane: state.lease.lane, lease: state.lease.number };
  const card = cardToWrite(state);
  if (card) return card;
  if (state.remark) return { kind: 'remark', remark: state.remark };
  const { reminderDue } = question;
  if (reminderDue !== undefined) return { kind: 'remind', question, reminder: reminderDue };
  const due = state.wait !== undefined && state.wait.status !== 'waiting';
  const gate = gateHere(pipeline, state);
  if (question.mode === 'reading' && due && gate?.gate === question.gate) return stepHere(pipeline, state);
  const ms =
    question.mode === 'reading' && gate && state.wait ? pollMs(gate, state.wait.looks) : pipeline.looks.personMs;
  const remindAt = nextReminder(pipeline, question);
  return {
    kind: 'wait',
    why: 'question',
    for: describe(pipeline, state),
    ms,
    ...(remindAt === undefined ? {} : { remindAt }),
  };
}

function waitForTrouble(pipeline: Pipeline, state: TaskState): Step | undefined {
  const { wait } = state;
  if (wait?.why !== 'trouble' || wait.status !== 'waiting') return undefined;
  return { kind: 'wait', why: 'trouble', for: describe(pipeline, state), ms: pipeline.looks.troubleMs };
}

function waitHere(pipeline: Pipeline, state: TaskState, wait: NonNullable<TaskState['wait']>): Step {
  const gate = gateHere(pipeline, state);
  if (gate && wait.why === 'gate') {
    // A gate is looked at in between too: production may turn red long before its window ends.
    return { kind: 'wait', why: wait.why, for: describe(pipeline, state), ms: pollMs(gate, wait.looks) };
  }
  const ms = pipeline.looks.troubleMs;
  const until = wait.until === undefined ? {} : { until: wait.until };
  return { kind: 'wait', why: wait.why, for: describe(pipeline, state), ms, ...until };
}

/** The distance to the next look: doubling from `first` to `longest`. */
export function pollMs(gate: GateSettings, looks: number): number {
  return Math.min(gate.pollMs.longest, gate.pollMs.first * 2 ** Math.min(Math.max(looks - 1, 0), 20));
}

/** The role the card should show; undefined leaves it alone. */
export function cardRole(state: TaskState): CardRole | undefined {
  if (state.end) return state.end.outcome === 'done' ? 'done' : 'cancelled';
  if (state.question) return state.question.cause === 'approval' ? 'asking' : 'needsInput';
  return state.cardWritten === undefined && toEdit(state).length === 0 ? undefined : 'entry';
}

function cardToWrite(state: TaskState): Step | undefined {
  const role = cardRole(state);
  if (role === undefined) return undefined;
  return role === state.cardWritten && toEdit(state).length === 0 ? undefined : { kind: 'write-card', role };
}

function laneToMove(pipeline: Pipeline, state: TaskState): Step | undefined {
  const { lane } = stageOf(pipeline, state.position.stage);
  const { lease } = state;
  if (lease && lease.lane !== lane) return { kind: 'release-lane', lane: lease.lane, lease: lease.number };
  if (lane !== undefined && !lease) return { kind: 'take-lane', lane };
  return undefined;
}

/** The step of the present position. */
function stepHere(pipeline: Pipeline, state: TaskState): Step {
  const stage = stageOf(pipeline, state.position.stage);
  const { phase, index } = state.position;
  const ref: StepRef = { stage: stage.name, phase, index, attempt: state.counters.attempt + 1 };
  switch (phase) {
    case 'prepare':
      return { kind: 'prepare', ref, action: known(stage.prepare, stage, phase) };
    case 'enter':
    case 'leave': {
      const gate = known(gateHere(pipeline, state), stage, phase);
      const subject = subjectRef(state.subjects, GATES[gate.gate].subject(stage));
      return { kind: 'judge', ref, side: phase, gate, ...(subject ? { subject } : {}) };
    }
    case 'work':
      return stage.work.kind === 'agent'
        ? { kind: 'agent', ref, role: stage.work.role }
        : { kind: 'act', ref, action: stage.work.action };
    case 'compensate':
      return { kind: 'compensate', ref, action: known(stage.compensate[index], stage, phase) };
  }
}

function known<T>(value: T | undefined, stage: Stage, phase: string): T {
  if (value === undefined) throw new Error(`Stage "${stage.name}" has no ${phase} step here`);
  return value;
}
