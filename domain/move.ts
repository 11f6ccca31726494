/** The moves `advance` is made of: each takes the state and returns the next, nothing else. */

import { ask } from './ask.ts';
import type { Facts } from './event.ts';
import type { GateName, GateSettings, Pipeline, Stage } from './pipeline.ts';
import { DONE, firstLaneStage, OPERATORS, stageIndex, stageOf } from './pipeline.ts';
import { firstText } from './sentence.ts';
import type { Phase, Position, TaskState } from './state.ts';
import { sameSubject, subjectRef, withSubjects } from './subject.ts';
import type { Finding } from './verdict.ts';
import { without } from './without.ts';

const PHASES: readonly Phase[] = ['prepare', 'enter', 'work', 'leave'];

/** The first place from `phase` on that the row really has; undefined when the row is through. */
function placeFrom(stage: Stage, from: Phase, order: Position['order']): Position | undefined {
  for (const phase of PHASES.slice(PHASES.indexOf(from))) {
    if (phase === 'work' && order === 'gates-first' && stage.work.kind === 'agent' && stage.leave.length > 0) continue;
    if (hasPhase(stage, phase)) return { stage: stage.name, phase, index: 0, order };
  }
  return undefined;
}

function hasPhase(stage: Stage, phase: Phase): boolean {
  switch (phase) {
    case 'prepare':
      return stage.prepare !== undefined;
    case 'enter':
      return stage.enter.length > 0;
    case 'work':
      return true;
    case 'leave':
      return stage.leave.length > 0;
    case 'compensate':
      return stage.compensate.length > 0;
  }
}

/** Enters a stage from its first phase. What later stages passed is forgotten. */
export function enterStage(
  pipeline: Pipeline,
  state: TaskState,
  name: string,
  order: Position['order'],
  at: number,
): TaskState {
  const stage = stageOf(pipeline, name);
  const index = stageIndex(pipeline, name);
  const position = placeFrom(stage, 'prepare', order);
  if (!position) throw new Error(`Stage "${name}" has neither work nor gates`);
  return {
    ...without(state, 'wait', 'question'),
    position,
    passed: state.passed.filter((entry) => stageIndex(pipeline, entry.stage) < index),
    stageSince: name === state.position.stage ? state.stageSince : at,
  };
}

/** On from a passed gate, a prepared row or a piece of finished work. */
export function stepForward(pipeline: Pipeline, state: TaskState, at: number): TaskState {
  const stage = stageOf(pipeline, state.position.stage);
  const { phase, index, order } = state.position;
  const gates = phase === 'enter' ? stage.enter : phase === 'leave' ? stage.leave : [];
  const here = without(state, 'wait', 'question');
  if (index + 1 < gates.length) return { ...here, position: { ...state.position, index: index + 1 } };
  const following = PHASES[PHASES.indexOf(phase) + 1];
  const position = following && placeFrom(stage, following, order);
  return position ? { ...here, position } : leaveStage(pipeline, here, stage, at);
}

function leaveStage(pipeline: Pipeline, state: TaskState, stage: Stage, at: number): TaskState {
  const cleared = state.retrying?.stage === stage.name ? without(state, 'retrying') : state;
  const through: TaskState = { ...cleared, findings: [], words: [] };
  if (stage.onPass === DONE && through.landed && through.abort) return askToFinish(pipeline, state, through.abort, at);
  if (stage.onPass === DONE) return endTask(through, 'done', at);
  const reread =
    state.rereadUpTo !== undefined && stageIndex(pipeline, stage.onPass) <= stageIndex(pipeline, state.rereadUpTo);
  const next = reread ? through : without(through, 'rereadUpTo');
  const kept = next.passed;
  return { ...enterStage(pipeline, next, stage.onPass, reread ? 'gates-first' : 'work-first', at), passed: kept };
}

/** Somebody cancelled after landing. Production is proven now, so both ways are safe, and only a person knows which. */
function askToFinish(pipeline: Pipeline, state: TaskState, abort: { by: string }, at: number): TaskState {
  const why = `${abort.by} asked to cancel after this landed, and it runs in production: finish or revert?`;
  return ask(pipeline, state, { cause: 'cancelled', why }, at);
}

/** The same, of a cancel that was seen only when all was over. */
export function cancelAtEnd(
  pipeline: Pipeline,
  state: TaskState,
  asked: { by: string; reason?: string },
  at: number,
): TaskState {
  const abort = { by: asked.by, since: at, ...reasonOf(asked) };
  return askToFinish(pipeline, { ...state, abort }, abort, at);
}

/** What landed is remembered until the card is written for the last time. */
export function endTask(
  state: TaskState,
  outcome: 'done' | 'aborted',
  at: number,
  who: { by?: string; reason?: string } = {},
): TaskState {
  const ended = without(state, 'wait', 'question', 'hold', 'pause', 'abort', 'trouble', 'remark');
  return { ...ended, end: { outcome, at, ...who } };
}

/** The reason somebody gave, for spreading; nothing without one. */
export function reasonOf({ reason }: { reason?: string | undefined }): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** Runs what the present place rests on once more: after the work that work, before it the preparation. */
export function workAgain(pipeline: Pipeline, state: TaskState): TaskState {
  const stage = stageOf(pipeline, state.position.stage);
  const again = without(state, 'wait', 'question');
  const at = (phase: Phase, index = 0): TaskState => ({
    ...again,
    position: { stage: stage.name, phase, index, order: 'work-first' },
  });
  const { phase, index } = state.position;
  switch (phase) {
    case 'prepare':
      return at('prepare');
    case 'enter':
      // Without a preparation there is nothing to repeat but the look: work would walk past the gate.
      return stage.prepare ? at('prepare') : at('enter', index);
    case 'work':
    case 'leave':
      return at('work');
    case 'compensate':
      return again;
  }
}

/** A fail that is charged and sends the task back, or asks when it reaches a cap. */
export function bounce(
  pipeline: Pipeline,
  state: TaskState,
  gate: GateSettings,
  findings: readonly Finding[],
  at: number,
): TaskState {
  // What has landed does not go back by itself: it is taken back, or operators are asked.
  if (gate.onFail === OPERATORS || state.landed) {
    const why = `${gate.gate} failed: ${firstText(findings)}`;
    return ask(pipeline, state, { cause: 'operators', gate: gate.gate, why, findings }, at);
  }
  const charged = charge(state, gate);
  if (reachesCap(charged, gate) && !isRetried(state, gate.gate)) {
    const why = `${sayCap(charged, gate)}: ${firstText(findings)}`;
    return ask(pipeline, charged, { cause: 'cap', gate: gate.gate, why, findings }, at);
  }
  return sendBack(pipeline, without(charged, 'retrying'), gate.onFail, findings, at);
}

/** Back to an earlier (or the same) stage, with what its agent has to know. */
export function sendBack(
  pipeline: Pipeline,
  state: TaskState,
  stage: string,
  findings: readonly Finding[],
  at: number,
): TaskState {
  // The branch stays at Conveyor's own merge, so new work starts from there. A lane row merges the same head again.
  const candidate = stageOf(pipeline, stage).lane === undefined ? state.subjects.candidate : undefined;
  const tree = candidate?.tree ?? state.tree;
  const moved: TaskState = {
    ...without(state, 'rereadUpTo'),
    findings,
    ...(tree === undefined ? {} : { tree, bouncedTree: tree }),
    subjects: candidate ? withSubjects(state.subjects, { head: candidate.sha }) : state.subjects,
  };
  return enterStage(pipeline, moved, stage, 'work-first', at);
}

function charge(state: TaskState, gate: GateSettings): TaskState {
  if (gate.cap === 'none') return state;
  const key = gateKey(state, gate.gate);
  const bounces = { ...state.ledger.bounces, [key]: (state.ledger.bounces[key] ?? 0) + 1 };
  return { ...state, ledger: { ...state.ledger, bounces, total: state.ledger.total + 1 } };
}

function chargeOf(state: TaskState, gate: GateSettings): number {
  return state.ledger.bounces[gateKey(state, gate.gate)] ?? 0;
}

function reachesCap(state: TaskState, gate: GateSettings): boolean {
  if (gate.cap === 'none') return false;
  return chargeOf(state, gate) >= gate.cap || state.ledger.total >= state.ledger.allowance;
}

function sayCap(state: TaskState, gate: GateSettings): string {
  const times = chargeOf(state, gate);
  if (gate.cap !== 'none' && times >= gate.cap) return `${gate.gate} failed ${times} times`;
  return `sent back ${state.ledger.total} times in all, now by ${gate.gate}`;
}

function isRetried(state: TaskState, gate: GateName): boolean {
  return state.retrying?.gate === gate;
}

export function gateKey(state: TaskState, gate: string): string {
  return `${state.position.stage}/${gate}`;
}

/** Evidence went stale: takes the new subjects and goes back to the earliest stage that no longer holds. */
export function reenter(pipeline: Pipeline, state: TaskState, facts: Facts, why: string, at: number): TaskState {
  const counted: TaskState = { ...state, ledger: { ...state.ledger, stale: state.ledger.stale + 1 } };
  const updated: TaskState = { ...counted, subjects: withSubjects(state.subjects, facts.subjects ?? {}) };
  if (updated.ledger.stale >= pipeline.caps.stale) return ask(pipeline, updated, { cause: 'stale', why }, at);
  return goToEarliestBroken(pipeline, updated, at);
}

/** Where a stale task continues; gates come before agents there, so a person's fix is simply taken over. */
export function goToEarliestBroken(pipeline: Pipeline, state: TaskState, at: number): TaskState {
  const here = stageOf(pipeline, state.position.stage);
  const floor = here.lane === undefined ? here : firstLaneStage(pipeline, here.lane);
  const target = earliestBroken(pipeline, state, floor);
  const ownWork = isUndone(state) && target === state.position.stage;
  const moved = enterStage(pipeline, state, target, ownWork ? 'work-first' : 'gates-first', at);
  return ownWork ? moved : { ...moved, rereadUpTo: lastToReread(pipeline, state, target) };
}

/** The row's work is still ahead: nothing it would leave can be read instead. */
function isUndone({ position }: TaskState): boolean {
  return position.phase === 'work' || (position.phase !== 'leave' && position.order === 'work-first');
}

/** The stage whose unfinished work raised the alarm is not walked past without being done. */
function lastToReread(pipeline: Pipeline, state: TaskState, target: string): string {
  if (!isUndone(state)) return state.position.stage;
  const before = pipeline.stages[stageIndex(pipeline, state.position.stage) - 1];
  return before?.name ?? target;
}

export function earliestBroken(pipeline: Pipeline, state: TaskState, floor: Stage): string {
  const limit = stageIndex(pipeline, floor.name);
  const broken = state.passed
    .filter((entry) => !sameSubject(entry.subject, subjectRef(state.subjects, entry.subject.kind)))
    .map((entry) => stageIndex(pipeline, entry.stage));
  const index = Math.min(limit, ...broken);
  return pipeline.stages[index]?.name ?? floor.name;
}

/** Before landing a task that gives the lane up stands at the lane's first row. */
export function leaveLane(pipeline: Pipeline, state: TaskState, at: number): TaskState {
  const free = without(state, 'lease');
  const lane = stageOf(pipeline, state.position.stage).lane;
  if (lane === undefined) return free;
  return enterStage(pipeline, free, firstLaneStage(pipeline, lane).name, 'work-first', at);
}
