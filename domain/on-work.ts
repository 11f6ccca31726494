/** What the answer of a piece of work (an agent's or an action's) does to the task. */

import { ask } from './ask.ts';
import { sayBudget } from './budget.ts';
import { without } from './without.ts';
import { carryEvidence } from './carry.ts';
import type { Facts } from './event.ts';
import { addUsage } from './ledger.ts';
import { bounce, earliestBroken, endTask, reasonOf, reenter, sendBack, stepForward } from './move.ts';
import { countInconclusive, holdsStill } from './on-gate.ts';
import type { GateSettings, Pipeline, Stage } from './pipeline.ts';
import { firstLaneStage, OPERATORS, stageOf } from './pipeline.ts';
import { firstText } from './sentence.ts';
import { withSubjects } from './subject.ts';
import type { TaskState, Wait } from './state.ts';
import type { Finding, Verdict } from './verdict.ts';
import { never } from './verdict.ts';

/** Agent work, an action of the row, or its preparation has answered. */
export function onWork(pipeline: Pipeline, state: TaskState, verdict: Verdict, facts: Facts, at: number): TaskState {
  const before = state;
  const after = take(state, facts);
  const stage = stageOf(pipeline, state.position.stage);
  switch (verdict.kind) {
    case 'pass':
    case 'waived':
      return onFinished(pipeline, before, after, facts, at);
    case 'pending':
      return isAgentWork(before, stage)
        ? { ...after, wait: { ...quotaBack(pipeline, verdict, at), why: 'quota' } }
        : { ...after, wait: { ...later(verdict, at), why: 'gate' } };
    case 'fail':
      return onWorkFailed(pipeline, after, verdict.findings, at);
    case 'inconclusive':
      return countInconclusive(pipeline, after, { what: 'work', why: verdict.why }, at);
    case 'stale':
      return onWorkStale(pipeline, before, after, { subjects: verdict.subjects }, verdict.why, at);
    case 'asks':
      return ask(pipeline, after, whyAsked(pipeline, after, verdict.why, facts), at);
    default:
      return never(verdict);
  }
}

function whyAsked(pipeline: Pipeline, { ledger }: TaskState, why: string, { budget }: Facts) {
  if (budget === 'spent') return { cause: 'budget', why: sayBudget(pipeline, ledger) } as const;
  return { cause: 'asks', why } as const;
}

/** Every execution has its own attempt number, and what it used is paid for whatever came of it. */
function take(state: TaskState, facts: Facts): TaskState {
  const counted: TaskState = {
    ...without(state, 'wait', 'health', 'interrupted'),
    counters: { ...state.counters, attempt: state.counters.attempt + 1 },
    ledger: facts.usage ? addUsage(state.ledger, facts.usage) : state.ledger,
  };
  const taken: TaskState = {
    ...counted,
    subjects: withSubjects(state.subjects, facts.subjects ?? {}),
    ...(facts.tree === undefined ? {} : { tree: facts.tree }),
    ...(facts.pullRequest === undefined ? {} : { pullRequest: facts.pullRequest }),
    ...(facts.pullRequestUrl === undefined ? {} : { pullRequestUrl: facts.pullRequestUrl }),
    ...(facts.report === undefined ? {} : { reports: { ...state.reports, [state.position.stage]: facts.report } }),
    ...(facts.sideRef === undefined ? {} : { sideRef: facts.sideRef }),
    ...(facts.session === undefined ? {} : { interrupted: { stage: state.position.stage, session: facts.session } }),
    ...(facts.landed === undefined ? {} : { landed: facts.landed }),
  };
  return carryEvidence(state, taken, facts);
}

function onFinished(pipeline: Pipeline, before: TaskState, after: TaskState, facts: Facts, at: number): TaskState {
  const stage = stageOf(pipeline, before.position.stage);
  if (isAgentWork(before, stage)) {
    if (sameTreeAgain(pipeline, before, facts, stage)) return noProgress(pipeline, after, at);
    const streak = { ...after.ledger.inconclusive };
    delete streak[`${stage.name}/work`];
    const settled = without({ ...after, ledger: { ...after.ledger, inconclusive: streak } }, 'bouncedTree', 'sideRef');
    return holdsStill(pipeline, settled, at) ?? stepForward(pipeline, settled, at);
  }
  return stepForward(pipeline, after, at);
}

function isAgentWork(state: TaskState, stage: Stage): boolean {
  return state.position.phase === 'work' && stage.work.kind === 'agent';
}

/** After a bounce the tree is the same, whatever was said: another round would only cost. */
function sameTreeAgain(pipeline: Pipeline, before: TaskState, facts: Facts, stage: Stage): boolean {
  if (stage.work.kind !== 'agent' || pipeline.roles[stage.work.role]?.owes === 'judgement') return false;
  const bounced = before.bouncedTree;
  return bounced !== undefined && (facts.tree ?? before.tree) === bounced;
}

function noProgress(pipeline: Pipeline, state: TaskState, at: number): TaskState {
  const said = state.findings.length > 0 ? `: ${firstText(state.findings)}` : '';
  const why = `no progress: after the rework the files are the same as before${said}`;
  return ask(pipeline, state, { cause: 'no-progress', why, findings: state.findings }, at);
}

/** A failed action, or an agent that left nothing, is a fail of the row's next gate. */
function onWorkFailed(pipeline: Pipeline, state: TaskState, findings: readonly Finding[], at: number): TaskState {
  const stage = stageOf(pipeline, state.position.stage);
  if (isAgentWork(state, stage) && state.bouncedTree !== undefined && state.bouncedTree === state.tree) {
    return noProgress(pipeline, { ...state, findings }, at);
  }
  const gate = nextGate(stage, state);
  if (state.landed && stage.compensate.length > 0) {
    return startCompensation(state, { stage: stage.name, ...(gate ? { gate: gate.gate } : {}), findings });
  }
  if (gate) return bounce(pipeline, state, gate, findings, at);
  if (stage.onFail !== OPERATORS && !state.landed) return sendBack(pipeline, state, stage.onFail, findings, at);
  return ask(pipeline, state, { cause: 'operators', why: firstText(findings), findings }, at);
}

function nextGate(stage: Stage, state: TaskState): GateSettings | undefined {
  return state.position.phase === 'prepare' ? (stage.enter[0] ?? stage.leave[0]) : stage.leave[0];
}

function startCompensation(state: TaskState, compensating: NonNullable<TaskState['compensating']>): TaskState {
  const position = { stage: compensating.stage, phase: 'compensate', index: 0, order: 'work-first' } as const;
  return { ...without(state, 'wait', 'question'), compensating, position };
}

function onWorkStale(
  pipeline: Pipeline,
  before: TaskState,
  after: TaskState,
  facts: Facts,
  why: string,
  at: number,
): TaskState {
  if (before.landed) return ask(pipeline, after, { cause: 'landed', why }, at);
  return reenter(pipeline, after, facts, why, at);
}

function later(verdict: Verdict & { kind: 'pending' }, at: number): Omit<Wait, 'why'> {
  const until = verdict.until === undefined ? {} : { until: verdict.until };
  return { for: verdict.for, since: at, looks: 1, status: 'waiting', ...until };
}

const LONGEST_QUOTA_MS = 24 * 3_600_000;

/** As many looks after trouble as fit into half an hour by default: where nobody said when the quota comes back. */
const QUOTA_LOOKS = 6;

/** The time comes from an agent's output: one in the past must not run agents in a circle, nor a far one wait for ever. */
function quotaBack({ looks }: Pipeline, verdict: Verdict & { kind: 'pending' }, at: number): Omit<Wait, 'why'> {
  const back = verdict.until ?? at + QUOTA_LOOKS * looks.troubleMs;
  const until = Math.min(Math.max(back, at + looks.troubleMs), at + LONGEST_QUOTA_MS);
  return { ...later(verdict, at), until };
}

/** Restore and revert. Nothing is charged and no cap is looked at before production and the base are back. */
export function onCompensation(
  pipeline: Pipeline,
  state: TaskState,
  verdict: Verdict,
  facts: Facts,
  at: number,
): TaskState {
  const after = take(state, facts);
  const stage = stageOf(pipeline, state.position.stage);
  switch (verdict.kind) {
    case 'pass':
    case 'waived':
      return state.position.index + 1 < stage.compensate.length
        ? { ...after, position: { ...state.position, index: state.position.index + 1 } }
        : onTakenBack(pipeline, after, facts, at);
    case 'pending':
      return { ...after, wait: { ...later(verdict, at), why: 'gate' } };
    case 'fail':
      return ask(
        pipeline,
        after,
        { cause: 'landed', why: firstText(verdict.findings), findings: verdict.findings },
        at,
      );
    case 'inconclusive':
    case 'stale':
    case 'asks':
      return ask(pipeline, after, { cause: 'landed', why: verdict.why }, at);
    default:
      return never(verdict);
  }
}

/** Base and production are back: only now the lane is free, an abort takes effect and the cap is looked at. */
function onTakenBack(pipeline: Pipeline, state: TaskState, facts: Facts, at: number): TaskState {
  const stage = stageOf(pipeline, state.position.stage);
  const { compensating } = state;
  const back: TaskState = {
    ...without(state, 'landed', 'compensating', 'pullRequest', 'pullRequestUrl', 'question'),
    // What the old branch had proven is gone with it; the work continues on a new one.
    subjects: withSubjects({}, { ...pick(state), ...facts.subjects }),
    counters: { ...state.counters, branch: state.counters.branch + 1 },
  };
  if (state.abort) return endTask(back, 'aborted', at, { by: state.abort.by, ...reasonOf(state.abort) });
  const findings = compensating?.findings ?? [];
  const here: TaskState = { ...back, position: { ...state.position, phase: 'leave', index: 0 } };
  const target = stage.onFail === OPERATORS ? earliestBroken(pipeline, here, laneStart(pipeline, stage)) : stage.onFail;
  const gone = sendBack(pipeline, here, target, findings, at);
  const gate = [...stage.enter, ...stage.leave].find((row) => row.gate === compensating?.gate);
  if (!gate) return gone;
  const charged = bounce(
    pipeline,
    here,
    gate.onFail === OPERATORS ? { ...gate, onFail: stage.onFail } : gate,
    findings,
    at,
  );
  // A question stands where the work would go on, so that no answer finds the old release again.
  return charged.question
    ? { ...gone, ledger: charged.ledger, question: charged.question, counters: charged.counters }
    : charged;
}

function laneStart(pipeline: Pipeline, stage: Stage): Stage {
  return stage.lane === undefined ? stage : firstLaneStage(pipeline, stage.lane);
}

function pick(state: TaskState): TaskState['subjects'] {
  return state.subjects.documents === undefined ? {} : { documents: state.subjects.documents };
}
