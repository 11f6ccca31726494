/** Opens questions: a person is asked once, and only what nobody else can answer. */

import { answersFor } from './answers.ts';
import { GATES } from './gates/registry.ts';
import type { GateName, Pipeline } from './pipeline.ts';
import { stageOf } from './pipeline.ts';
import type { Question, QuestionCause } from './question.ts';
import { shorten } from './sentence.ts';
import type { TaskState, Wait } from './state.ts';
import { subjectRef } from './subject.ts';
import type { Finding } from './verdict.ts';
import { without } from './without.ts';

type Asking = {
  cause: QuestionCause;
  why: string;
  gate?: GateName;
  findings?: readonly Finding[];
  /** Who may answer; nobody named is anybody. */
  approvers?: readonly string[];
};

/** After landing every question is about what landed, but for these. */
const OWN: readonly QuestionCause[] = ['approval', 'cancelled', 'budget'];

/** Opens a question, or keeps the open one when it asks the same: a person is asked once. */
export function ask(pipeline: Pipeline, state: TaskState, asking: Asking, at: number): TaskState {
  const cause = causeOf(state, asking);
  const open = asksAlready(state, cause, asking.gate) ? state : openQuestion(pipeline, state, { ...asking, cause }, at);
  const asked = withApprovers(open, asking.approvers);
  if (asked.question?.mode !== 'reading') return without(asked, 'retrying', 'wait');
  const old = state.wait?.why === 'gate' ? state.wait : undefined;
  const looks = (old?.looks ?? 0) + 1;
  const wait: Wait = { why: 'gate', for: shorten(asking.why), since: old?.since ?? at, looks, status: 'waiting' };
  return { ...without(asked, 'retrying'), wait };
}

function causeOf(state: TaskState, { cause }: Asking): QuestionCause {
  return state.landed && !OWN.includes(cause) ? 'landed' : cause;
}

/** The list may change while the question is open: what the gate read last is what counts. */
function withApprovers(state: TaskState, approvers: readonly string[] = []): TaskState {
  if (!state.question) return state;
  const { approvers: _before, ...question } = state.question;
  return { ...state, question: approvers.length > 0 ? { ...question, approvers } : question };
}

function asksAlready(state: TaskState, cause: QuestionCause, gate: GateName | undefined): boolean {
  const open = state.question;
  if (!open || open.cause !== cause || open.gate !== gate || open.stage !== state.position.stage) return false;
  return !open.subject || subjectRef(state.subjects, open.subject.kind)?.id === open.subject.id;
}

function openQuestion(pipeline: Pipeline, state: TaskState, asking: Asking, at: number): TaskState {
  const { cause } = asking;
  const stage = stageOf(pipeline, state.position.stage);
  const atGate = asking.gate !== undefined && (state.position.phase === 'enter' || state.position.phase === 'leave');
  const reads = cause === 'approval' || cause === 'limit' || (cause === 'landed' && atGate);
  const subject = asking.gate && subjectRef(state.subjects, GATES[asking.gate].subject(stage));
  const number = state.counters.question + 1;
  const question: Question = {
    number,
    cause,
    stage: stage.name,
    ...(asking.gate ? { gate: asking.gate } : {}),
    ...(subject ? { subject } : {}),
    why: shorten(asking.why),
    findings: asking.findings ?? [],
    answers: answersFor(pipeline, state, cause, stage.name, asking.gate),
    mode: reads ? 'reading' : 'silent',
    askedAt: at,
    told: 'not-yet',
    lane: cause === 'approval' ? 'keep' : 'give-up',
  };
  return { ...state, question, counters: { ...state.counters, question: number } };
}
