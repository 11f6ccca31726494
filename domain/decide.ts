/** One pure function behind every door a decision can come through: command, update, signal, card move. */

import { grantPortion } from './budget.ts';
import { without } from './without.ts';
import { mayAnswer } from './on-card.ts';
import { endTask, goToEarliestBroken, reasonOf, sendBack } from './move.ts';
import type { CompensateAction, Pipeline } from './pipeline.ts';
import { stageIndex, stageOf } from './pipeline.ts';
import type { Decision, Question } from './question.ts';
import { mayNotAnswer, remarkRefused } from './remark.ts';
import type { TaskState } from './state.ts';
import { never } from './verdict.ts';

/** Why this decision cannot be taken, in one sentence; undefined when it can. Validates, never changes. */
export function refusal(pipeline: Pipeline, state: TaskState, decision: Decision): string | undefined {
  const { question } = state;
  if (state.end) return `${state.spec.key} has ended (${state.end.outcome}); nothing is left to decide.`;
  const closed = howClosed(state, decision.number);
  if (!question) return `${state.spec.key} asks nothing at the moment${closed ? `; ${closed}` : ''}.`;
  if (decision.number !== question.number) {
    const other = closed ?? `question ${decision.number} is not open`;
    return `${state.spec.key} asks question ${question.number}; ${other}.`;
  }
  if (!question.answers.includes(decision.answer)) {
    return `Question ${question.number} can be answered with ${question.answers.join(', ')}, not with ${decision.answer}.`;
  }
  if (isRefusedApprover(question, decision)) return mayNotAnswer(question, decision.by);
  if (decision.answer === 'accept' && !decision.words?.trim()) return 'An acceptance needs a reason.';
  if (decision.answer === 'back') return refuseBack(pipeline, question, decision.stage);
  return undefined;
}

/** What became of the question, where that is still known. */
function howClosed({ closed = [] }: TaskState, number: number): string | undefined {
  const entry = closed.find((one) => one.number === number);
  return entry && `question ${number} is not open (${entry.how})`;
}

/** Only approving and rejecting is for those on the list. */
function isRefusedApprover(question: Question, { answer, by }: Decision): boolean {
  return (answer === 'approve' || answer === 'reject') && !mayAnswer(question, by);
}

function refuseBack(pipeline: Pipeline, question: Question, target: string | undefined): string | undefined {
  const earlier = pipeline.stages.slice(0, stageIndex(pipeline, question.stage)).map((row) => row.name);
  if (target !== undefined && earlier.includes(target)) return undefined;
  return `"back" needs an earlier stage: one of ${earlier.join(', ')}${target ? `, not ${target}` : ''}.`;
}

/** The state after a decision. One that is refused changes nothing; somebody who may not answer is told so. */
export function decide(pipeline: Pipeline, state: TaskState, decision: Decision, at: number): TaskState {
  const { question } = state;
  if (!question) return state;
  if (refusal(pipeline, state, decision) !== undefined) return remarkOnRefusal(state, question, decision);
  const words = decision.words?.trim() ? [...state.words, `${decision.by}: ${decision.words.trim()}`] : state.words;
  const closed: TaskState = { ...without(state, 'question', 'wait'), words };
  switch (decision.answer) {
    case 'approve':
    case 'reject':
      return answerApproval(closed, question, decision, at);
    case 'retry':
      return retry(pipeline, closed, question, at);
    case 'accept':
      return accept(closed, question, decision);
    case 'back':
      return sendBack(pipeline, closed, decision.stage ?? question.stage, question.findings, at);
    case 'revert':
      // What was proven runs in production; after a fail that is already looked after, only the base is left.
      return takeBack(pipeline, closed, question, question.cause === 'cancelled' ? 'restore' : 'revert');
    case 'abort':
      return endTask(closed, 'aborted', at, {
        by: decision.by,
        ...reasonOf({ reason: decision.words?.trim() || undefined }),
      });
    default:
      return never(decision.answer);
  }
}

function remarkOnRefusal(state: TaskState, question: Question, decision: Decision): TaskState {
  const mine = decision.number === question.number && question.answers.includes(decision.answer);
  if (!mine || !isRefusedApprover(question, decision)) return state;
  return { ...state, remark: remarkRefused(state, question, decision.by) };
}

function answerApproval(state: TaskState, question: Question, decision: Decision, at: number): TaskState {
  if (!question.subject || (decision.answer !== 'approve' && decision.answer !== 'reject')) return state;
  const approval = {
    subject: question.subject,
    answer: decision.answer,
    ...(decision.words?.trim() ? { words: decision.words.trim() } : {}),
    by: decision.by,
    at,
  };
  const ledger =
    decision.answer === 'approve' ? { ...state.ledger, approvals: state.ledger.approvals + 1 } : state.ledger;
  return { ...state, words: [], ledger, approvals: [...state.approvals, approval] };
}

/** Reads first. The gate gets its cap again and the task's total rises by it; a budget gets another portion. */
function retry(pipeline: Pipeline, state: TaskState, question: Question, at: number): TaskState {
  const { gate, stage, cause } = question;
  // Production was proven before this was asked: nothing is left to look at.
  if (cause === 'cancelled') return endTask(without(state, 'landed'), 'done', at);
  const row = stageOf(pipeline, stage);
  const cap = [...row.enter, ...row.leave].find((settings) => settings.gate === gate)?.cap;
  const raised = typeof cap === 'number' ? cap : 0;
  const bounces = { ...state.ledger.bounces };
  if (gate) delete bounces[`${stage}/${gate}`];
  const spent = cause === 'budget' ? grantPortion(pipeline, state.ledger) : state.ledger;
  const ledger = { ...spent, bounces, allowance: spent.allowance + raised, inconclusive: {}, stale: 0 };
  const again: TaskState = { ...state, ledger, retrying: { stage, ...(gate ? { gate } : {}), cause } };
  // The task stands where it asked: a gate is read first, work that asked is done again.
  return cause === 'stale' ? goToEarliestBroken(pipeline, again, at) : again;
}

function accept(state: TaskState, question: Question, decision: Decision): TaskState {
  const { gate, subject } = question;
  if (!gate || !subject) return state;
  const acceptance = { gate, subject, reason: decision.words?.trim() ?? '', by: decision.by };
  return { ...state, words: [], acceptances: [...state.acceptances, acceptance] };
}

/** Starts compensation at the given action, in the row that holds it. */
function takeBack(pipeline: Pipeline, state: TaskState, question: Question, from: CompensateAction): TaskState {
  const stage = stageOf(pipeline, state.position.stage);
  const index = Math.max(0, stage.compensate.indexOf(from));
  return {
    ...state,
    // A compensation that asked keeps what it was started for: that is charged, and goes into the next prompt.
    compensating: state.compensating ?? {
      stage: stage.name,
      ...(question.gate ? { gate: question.gate } : {}),
      findings: question.findings,
    },
    position: { stage: stage.name, phase: 'compensate', index, order: 'work-first' },
  };
}
