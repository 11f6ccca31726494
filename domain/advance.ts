/** The rules: what an event does to a task. Pure; time comes with the event. */

import { ask } from './ask.ts';
import { without } from './without.ts';
import { edited, noteClosed, toldTooLate } from './close-question.ts';
import { decide } from './decide.ts';
import { sayVerdict } from './describe.ts';
import type { Event } from './event.ts';
import { cancelAtEnd, endTask, leaveLane, reasonOf } from './move.ts';
import { knowing, readCard, vanished } from './on-card.ts';
import { GATES } from './gates/registry.ts';
import { countWait } from './ledger.ts';
import { gateHere, onGate } from './on-gate.ts';
import { onCompensation, onWork } from './on-work.ts';
import type { Pipeline } from './pipeline.ts';
import { stageOf } from './pipeline.ts';
import { onReminded, withReminder } from './reminder.ts';
import type { LogEntry, TaskState } from './state.ts';
import type { StepRef } from './step.ts';
import { sameSubject, subjectRef } from './subject.ts';
import type { Verdict } from './verdict.ts';
import { never } from './verdict.ts';

/** Entries of the verdict log that are carried along: what keeps a state below 32 KiB. */
const LOG_LENGTH = 50;

type CardWritten = Event & { kind: 'question-told' | 'card-written' };

export function advance(pipeline: Pipeline, state: TaskState, event: Event): TaskState {
  return state.end ? afterEnd(pipeline, state, event) : noteClosed(state, takeIn(pipeline, state, event), event);
}

function takeIn(pipeline: Pipeline, state: TaskState, event: Event): TaskState {
  switch (event.kind) {
    case 'answered':
      return onAnswered(pipeline, state, event);
    case 'trouble':
      return onTrouble(state, event);
    case 'woke':
      return withReminder(pipeline, onWoke(state, event), event.at);
    case 'lane-taken':
      return { ...settle(state), lease: { lane: event.lane, number: event.lease } };
    case 'lane-released':
      return state.landed
        ? without(settle(state), 'lease')
        : leaveLaneKeepingQuestion(pipeline, settle(state), event.at);
    case 'question-told':
      return onTold(state, event);
    case 'card-written':
      return onCardWritten(state, event);
    case 'card-seen':
      return onCardSeen(pipeline, state, event);
    case 'decided':
      return decide(pipeline, state, event.decision, event.at);
    case 'held':
      return state.hold ? state : { ...state, hold: { by: event.by, since: event.at } };
    case 'unheld':
      // Whoever holds a card has moved it: what we wrote last is no longer there.
      return state.hold ? { ...without(state, 'hold'), cardWritten: 'entry' } : state;
    case 'paused':
      return state.pause ? state : { ...state, pause: { by: event.by, since: event.at, ...reasonOf(event) } };
    case 'resumed':
      return without(state, 'pause');
    case 'abort-asked':
      return onAbort(state, event);
    case 'remarked':
      return state.remark?.marker === event.marker ? without(settle(state), 'remark') : settle(state);
    case 'reminded':
      return onReminded(state, event.number, event.reminder);
    default:
      return never(event);
  }
}

function afterEnd(pipeline: Pipeline, state: TaskState, event: Event): TaskState {
  switch (event.kind) {
    case 'card-written':
      return without(onCardWritten(state, event), 'landed');
    case 'card-seen':
      return onLastLook(pipeline, state, event);
    case 'lane-released':
      return without(settle(state), 'lease');
    case 'trouble':
      return onTrouble(state, event);
    case 'woke':
      return onWoke(state, event);
    default:
      return state;
  }
}

/** An answer to another step, or about another subject, moves nothing. */
function onAnswered(pipeline: Pipeline, state: TaskState, event: Event & { kind: 'answered' }): TaskState {
  if (!isHere(state, event.step)) return state;
  const logged = settle({ ...state, log: logEntries(pipeline, state, event) });
  const { verdict, facts = {}, at } = event;
  const gate = gateHere(pipeline, state);
  if (gate) {
    const subject = event.subject;
    const row = stageOf(pipeline, event.step.stage);
    if (subject && !sameSubject(subject, subjectRef(state.subjects, GATES[gate.gate].subject(row)))) return state;
    return onGate(pipeline, logged, gate, { verdict, ...(subject ? { subject } : {}), facts }, at);
  }
  return state.position.phase === 'compensate'
    ? onCompensation(pipeline, logged, verdict, facts, at)
    : onWork(pipeline, logged, verdict, facts, at);
}

function isHere(state: TaskState, step: StepRef): boolean {
  const { stage, phase, index } = state.position;
  return (
    step.stage === stage && step.phase === phase && step.index === index && step.attempt === state.counters.attempt + 1
  );
}

/** An integration answered: what was trouble is over. */
function settle(state: TaskState): TaskState {
  const healed = without(state, 'trouble');
  return state.wait?.why === 'trouble' ? without(healed, 'wait') : healed;
}

/** Costs a try, never a bounce, and never asks anyone. */
function onTrouble(state: TaskState, event: Event & { kind: 'trouble' }): TaskState {
  const same = state.trouble?.type === event.trouble.type ? state.trouble.since : event.at;
  const looks = state.wait?.why === 'trouble' ? state.wait.looks + 1 : 1;
  const told: TaskState = {
    ...state,
    ledger: { ...state.ledger, tries: state.ledger.tries + 1 },
    trouble: { ...event.trouble, since: same },
  };
  // A look at the card failed while a provider's quota is waited for: that does not bring the quota back.
  if (state.wait?.why === 'quota' && state.wait.status === 'waiting') return told;
  return {
    ...told,
    wait: { why: 'trouble', for: event.trouble.message, since: same, looks, status: 'waiting' },
  };
}

function onWoke(state: TaskState, { by, at }: Event & { kind: 'woke' }): TaskState {
  const wakes = { ...state.ledger.wakes, [by]: state.ledger.wakes[by] + 1 };
  const counted: TaskState = { ...state, ledger: { ...state.ledger, wakes } };
  // A provider's quota does not come back because somebody nudges.
  if (state.wait?.why === 'quota' && by === 'nudge') return counted;
  const wait = state.wait ?? lookOfQuestion(state, at);
  return wait ? { ...counted, wait: { ...wait, status: by === 'nudge' ? 'due-by-nudge' : 'due-by-timer' } } : counted;
}

/** Trouble in between may have ended the wait of a question that keeps reading. */
function lookOfQuestion(state: TaskState, at: number): TaskState['wait'] {
  const { question } = state;
  if (question?.mode !== 'reading') return undefined;
  return { why: 'gate', for: question.why, since: at, looks: 1, status: 'waiting' };
}

function onTold(state: TaskState, event: Event & { kind: 'question-told' }): TaskState {
  const written = onCardWritten(state, event);
  if (state.question?.number !== event.number) return toldTooLate(written, event.number);
  return { ...written, question: { ...state.question, told: 'told', toldAt: event.at } };
}

function onCardWritten(state: TaskState, { role, edited: numbers }: CardWritten): TaskState {
  return { ...edited(settle(state), numbers), cardWritten: role };
}

function leaveLaneKeepingQuestion(pipeline: Pipeline, state: TaskState, at: number): TaskState {
  const { question } = state;
  const left = leaveLane(pipeline, state, at);
  return question && !left.question ? { ...left, question } : left;
}

/** From landing until done or reverted an abort waits for production; before, it ends the task. */
function onAbort(state: TaskState, event: Event & { kind: 'abort-asked' }): TaskState {
  const who = { by: event.by, ...reasonOf(event) };
  return state.landed ? { ...state, abort: { ...who, since: event.at } } : endTask(state, 'aborted', event.at, who);
}

function onCardSeen(pipeline: Pipeline, state: TaskState, event: Event & { kind: 'card-seen' }): TaskState {
  if (event.card.kind === 'gone') {
    // Nothing stops the watch over production.
    if (state.landed) return state;
    return state.question ? state : ask(pipeline, state, { cause: 'asks', why: 'the card was deleted' }, event.at);
  }
  const known = knowing(state, event.card);
  if (vanished(state, event.card)) return without(known, 'cardWritten');
  const { events, remark, asks } = readCard(state, event.card);
  const moved = events.reduce((seen, meaning) => advance(pipeline, seen, { ...meaning, at: event.at }), known);
  if (moved.end) return moved;
  const shown = asks === 'again' ? without(moved, 'cardWritten') : moved;
  return { ...countMove(state, shown, event.by), ...(remark ? { remark } : {}) };
}

/** Done is not written yet, and somebody cancelled while the card could not be read: they are heard after all. */
function onLastLook(pipeline: Pipeline, state: TaskState, event: Event & { kind: 'card-seen' }): TaskState {
  const { end: _done, ...open } = state;
  if (!state.landed) return state;
  const cancelled = readCard(open, event.card).events.find((meaning) => meaning.kind === 'abort-asked');
  return cancelled ? cancelAtEnd(pipeline, knowing(open, event.card), cancelled, event.at) : knowing(state, event.card);
}

/** A person was waited for, and the card says that they have acted. */
function countMove(before: TaskState, after: TaskState, by: 'nudge' | 'timer' | undefined): TaskState {
  const answered = before.question !== undefined && after.question?.number !== before.question.number;
  const lifted = before.hold !== undefined && after.hold === undefined;
  return answered || lifted ? { ...after, ledger: countWait(after.ledger, by) } : after;
}

function logEntries(pipeline: Pipeline, state: TaskState, event: Event & { kind: 'answered' }): LogEntry[] {
  const say = sayVerdict(event.verdict);
  const last = state.log.at(-1);
  const what = nameOf(pipeline, event.step);
  // A look that changes nothing is not news.
  if (last?.say === say && last.what === what && last.kind === event.verdict.kind) return [...state.log];
  const entry: LogEntry = {
    at: event.at,
    stage: event.step.stage,
    what,
    kind: event.verdict.kind,
    ...(event.subject ? { subject: event.subject } : {}),
    say,
    ...proofOf(event.verdict),
    // A gate judges what the attempt before it made.
    attempt: isGate(event.step) ? event.step.attempt - 1 : event.step.attempt,
  };
  return [...state.log, entry].slice(-LOG_LENGTH);
}

const LONGEST_PROOF = 300;

function proofOf(verdict: Verdict): { proof?: string } {
  if (verdict.kind !== 'pass' || verdict.evidence.length < 2) return {};
  return { proof: verdict.evidence.slice(1).join('; ').slice(0, LONGEST_PROOF) };
}

function isGate({ phase }: StepRef): boolean {
  return phase === 'enter' || phase === 'leave';
}

/** The gate's, role's or action's name. */
function nameOf(pipeline: Pipeline, step: StepRef): string {
  const stage = stageOf(pipeline, step.stage);
  switch (step.phase) {
    case 'prepare':
      return stage.prepare ?? 'prepare';
    case 'enter':
      return stage.enter[step.index]?.gate ?? 'gate';
    case 'work':
      return stage.work.kind === 'agent' ? stage.work.role : stage.work.action;
    case 'leave':
      return stage.leave[step.index]?.gate ?? 'gate';
    case 'compensate':
      return stage.compensate[step.index] ?? 'compensate';
  }
}
