/** What a gate's verdict does to the task. */

import { ask } from './ask.ts';
import { without } from './without.ts';
import type { Facts } from './event.ts';
import { bounce, gateKey, goToEarliestBroken, reenter, stepForward, workAgain } from './move.ts';
import { countedFrom } from './gates/health.ts';
import { countWait } from './ledger.ts';
import type { GateSettings, Pipeline } from './pipeline.ts';
import { OPERATORS, stageOf } from './pipeline.ts';
import { sameSubject, subjectRef } from './subject.ts';
import type { SubjectRef } from './subject.ts';
import type { Passed, TaskState } from './state.ts';
import { sayVerdict } from './describe.ts';
import type { Verdict } from './verdict.ts';
import { never } from './verdict.ts';

/** The gate the task stands at; undefined in another phase. */
export function gateHere(pipeline: Pipeline, state: TaskState): GateSettings | undefined {
  const stage = stageOf(pipeline, state.position.stage);
  const { phase, index } = state.position;
  return phase === 'enter' ? stage.enter[index] : phase === 'leave' ? stage.leave[index] : undefined;
}

export function onGate(
  pipeline: Pipeline,
  state: TaskState,
  gate: GateSettings,
  answer: { verdict: Verdict; subject?: SubjectRef; facts?: Facts },
  at: number,
): TaskState {
  const { facts = {} } = answer;
  const { verdict, health } = countedFrom(state.health, { verdict: answer.verdict, health: facts.health }, at);
  const looked: TaskState = health ? { ...state, health } : state;
  if (verdict.kind === 'pending') return onPending(pipeline, looked, gate, verdict, at);
  if (verdict.kind === 'asks') return onAsks(pipeline, looked, gate, { why: verdict.why, ...approversOf(facts) }, at);
  const concluded = conclude(looked, gate, verdict);
  switch (verdict.kind) {
    case 'pass':
    case 'waived':
      return onPassed(pipeline, concluded, gate, answer.subject, verdict, at);
    case 'fail':
      return onFail(pipeline, useUp(concluded, answer.subject, gate), gate, verdict.findings, at);
    case 'inconclusive':
      return onInconclusive(pipeline, concluded, gate, verdict.why, at);
    case 'stale':
      return onStale(pipeline, concluded, { ...facts, subjects: verdict.subjects }, verdict.why, at);
    default:
      return never(verdict);
  }
}

/** A conclusive answer resets the inconclusive streak and counts the wait it ended. */
function conclude(state: TaskState, gate: GateSettings, verdict: Verdict): TaskState {
  const streak = { ...state.ledger.inconclusive };
  if (verdict.kind !== 'inconclusive') delete streak[gateKey(state, gate.gate)];
  return { ...state, ledger: countWait({ ...state.ledger, inconclusive: streak }, endedBy(state)) };
}

function endedBy({ wait }: TaskState): 'nudge' | 'timer' | undefined {
  if (wait?.why !== 'gate' || wait.status === 'waiting') return undefined;
  return wait.status === 'due-by-nudge' ? 'nudge' : 'timer';
}

function approversOf({ approvers }: Facts): { approvers?: readonly string[] } {
  return approvers === undefined ? {} : { approvers };
}

function onPassed(
  pipeline: Pipeline,
  state: TaskState,
  gate: GateSettings,
  judged: SubjectRef | undefined,
  verdict: Verdict & { kind: 'pass' | 'waived' },
  at: number,
): TaskState {
  // A gate without a subject never passes.
  if (!judged)
    return ask(pipeline, state, { cause: 'asks', gate: gate.gate, why: `${gate.gate} has nothing to judge` }, at);
  const entry: Passed = {
    stage: state.position.stage,
    gate: gate.gate,
    kind: verdict.kind,
    subject: judged,
    at,
    say: sayVerdict(verdict),
  };
  const others = state.passed.filter((old) => old.stage !== entry.stage || old.gate !== entry.gate);
  const through = state.retrying?.gate === gate.gate ? without(state, 'retrying') : state;
  return stepForward(pipeline, { ...through, passed: [...others, entry] }, at);
}

function onPending(
  pipeline: Pipeline,
  state: TaskState,
  gate: GateSettings,
  verdict: Verdict & { kind: 'pending' },
  at: number,
): TaskState {
  const old = state.wait?.why === 'gate' ? state.wait : undefined;
  const since = old?.since ?? at;
  const looks = old && old.status !== 'due-by-nudge' ? old.looks + 1 : 1;
  const wait = {
    why: 'gate' as const,
    for: verdict.for,
    since,
    looks,
    status: 'waiting' as const,
    ...(verdict.until === undefined ? {} : { until: verdict.until }),
  };
  const waiting: TaskState = { ...state, wait };
  // Only a look that read something may conclude that it took too long.
  const tooLong = !verdict.unread && at - since >= gate.limitMs && !state.question;
  if (!tooLong) return waiting;
  const why = `${gate.gate} is still pending: ${verdict.for}`;
  return ask(pipeline, waiting, { cause: 'limit', gate: gate.gate, why }, at);
}

function onAsks(
  pipeline: Pipeline,
  state: TaskState,
  gate: GateSettings,
  { why, approvers = [] }: { why: string; approvers?: readonly string[] },
  at: number,
): TaskState {
  if (gate.gate !== 'approval') {
    if (state.retrying?.gate === gate.gate) return workAgain(pipeline, without(state, 'retrying'));
    return ask(pipeline, state, { cause: 'asks', gate: gate.gate, why }, at);
  }
  const asked = ask(pipeline, state, { cause: 'approval', gate: gate.gate, why, approvers }, at);
  const { question } = asked;
  const overdue = question !== undefined && at - question.askedAt >= gate.limitMs;
  return overdue ? { ...asked, question: { ...question, lane: 'give-up' } } : asked;
}

/** A rejection sends back once; the same documents afterwards are a new question, not the old answer. */
function useUp(state: TaskState, subject: SubjectRef | undefined, gate: GateSettings): TaskState {
  if (gate.gate !== 'approval') return state;
  return { ...state, approvals: state.approvals.filter((given) => !sameSubject(given.subject, subject)) };
}

/** After landing a fail takes production and the base back before anything else is looked at. */
function onFail(
  pipeline: Pipeline,
  state: TaskState,
  gate: GateSettings,
  findings: TaskState['findings'],
  at: number,
): TaskState {
  const stage = stageOf(pipeline, state.position.stage);
  // Before the work nothing of the release runs yet, so operators may still decide where the table asks them.
  const asksFirst = state.position.phase === 'enter' && gate.onFail === OPERATORS;
  const compensates = state.landed && stage.compensate.length > 0 && !asksFirst;
  if (!compensates) return bounce(pipeline, state, gate, findings, at);
  return {
    ...without(state, 'wait', 'question'),
    compensating: { stage: stage.name, gate: gate.gate, findings },
    position: { stage: stage.name, phase: 'compensate', index: 0, order: 'work-first' },
  };
}

function onInconclusive(pipeline: Pipeline, state: TaskState, gate: GateSettings, why: string, at: number): TaskState {
  // Reading before work found no product for the new subject: making it is not charged.
  if (state.position.order === 'gates-first') return workAgain(pipeline, state);
  return countInconclusive(pipeline, state, { what: gate.gate, gate: gate.gate, why }, at);
}

/** The work runs once more; the answer that reaches the cap asks. */
export function countInconclusive(
  pipeline: Pipeline,
  state: TaskState,
  about: { what: string; gate?: GateSettings['gate']; why: string },
  at: number,
): TaskState {
  const key = gateKey(state, about.what);
  const count = (state.ledger.inconclusive[key] ?? 0) + 1;
  const ledger = { ...state.ledger, inconclusive: { ...state.ledger.inconclusive, [key]: count } };
  const counted: TaskState = { ...state, ledger };
  if (count < pipeline.caps.inconclusive) return workAgain(pipeline, counted);
  const why = `${about.what} could not be concluded (${count} in a row): ${about.why}`;
  return ask(pipeline, counted, { cause: 'inconclusive', ...(about.gate ? { gate: about.gate } : {}), why }, at);
}

function onStale(pipeline: Pipeline, state: TaskState, facts: Facts, why: string, at: number): TaskState {
  // What has landed does not go back by itself.
  if (state.landed) {
    const gate = gateHere(pipeline, state);
    return ask(pipeline, state, { cause: 'landed', ...(gate ? { gate: gate.gate } : {}), why }, at);
  }
  return reenter(pipeline, state, facts, why, at);
}

/** Work changed a subject that an earlier stage had passed: that stage is read again. */
export function holdsStill(pipeline: Pipeline, state: TaskState, at: number): TaskState | undefined {
  if (state.landed) return undefined;
  const index = pipeline.stages.findIndex((row) => row.name === state.position.stage);
  const broken = state.passed.some((entry) => {
    const earlier = pipeline.stages.findIndex((row) => row.name === entry.stage) < index;
    return earlier && subjectRef(state.subjects, entry.subject.kind)?.id !== entry.subject.id;
  });
  if (!broken) return undefined;
  const ledger = { ...state.ledger, stale: state.ledger.stale + 1 };
  // The work is done, also when a person is asked first: a retry reads, and does not work again.
  const counted: TaskState = { ...state, ledger, position: { ...state.position, phase: 'leave', index: 0 } };
  if (ledger.stale >= pipeline.caps.stale) {
    return ask(pipeline, counted, { cause: 'stale', why: 'the work keeps changing what was already passed' }, at);
  }
  return goToEarliestBroken(pipeline, counted, at);
}
