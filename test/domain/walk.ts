import { advance } from '../../domain/advance.ts';
import { toEdit } from '../../domain/close-question.ts';
import type { Event, Facts } from '../../domain/event.ts';
import { GATES } from '../../domain/gates/registry.ts';
import { next } from '../../domain/next.ts';
import type { GateName, Pipeline } from '../../domain/pipeline.ts';
import type { TaskState } from '../../domain/state.ts';
import { newTask } from '../../domain/state.ts';
import type { Step } from '../../domain/step.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { fail, inconclusive, pass, stale } from '../../domain/verdict.ts';

export type Wish = 'pass' | 'fail' | 'inconclusive' | 'stale';
/** What to answer to a gate or, without one, to an agent. A wish the rules do not allow there becomes a pass. */
export type Choose = (at: { stage: string; gate?: GateName }) => Wish;
export type WalkEnd = { kind: 'done' | 'asked'; agentRuns: number };

const USAGE = { tokensIn: 1, tokensOut: 1, tokensCached: 0, usd: 0, turns: 1, durationMs: 1 };
const MOST_STEPS = 50_000;

/** Walks a task through `next` and `advance`; approvals are approved, any other question ends the walk. */
export function walk(pipeline: Pipeline, choose: Choose): WalkEnd {
  const spec = { key: 'T-1', run: 1, project: 'T', repo: 't', base: 'main', title: 't', branch: 'task/T-1-t' };
  let state = newTask(pipeline, spec, 0);
  for (let at = 1; at < MOST_STEPS; at += 1) {
    const step = next(pipeline, state);
    if (step.kind === 'finish') return { kind: 'done', agentRuns: state.ledger.agentRuns };
    if (state.question && state.question.cause !== 'approval') {
      return { kind: 'asked', agentRuns: state.ledger.agentRuns };
    }
    state = advance(pipeline, state, { at, ...answer(pipeline, state, step, choose, at) });
  }
  throw new Error(`no end after ${MOST_STEPS} steps, ${state.ledger.agentRuns} agent runs`);
}

type Timeless<E> = E extends unknown ? Omit<E, 'at'> : never;
type Answer = Timeless<Event>;

function answer(pipeline: Pipeline, state: TaskState, step: Step, choose: Choose, at: number): Answer {
  switch (step.kind) {
    case 'take-lane':
      return { kind: 'lane-taken', lane: step.lane, lease: at };
    case 'release-lane':
      return { kind: 'lane-released' };
    case 'write-card':
      return { kind: 'card-written', role: step.role, edited: toEdit(state).map(({ number }) => number) };
    case 'ask':
      return {
        kind: 'question-told',
        number: step.question.number,
        role: 'asking',
        edited: toEdit(state).map(({ number }) => number),
      };
    case 'remark':
    case 'remind':
      throw new Error('nobody moves the card, and nobody waits that long');
    case 'wait':
      return state.question
        ? { kind: 'decided', decision: { number: state.question.number, answer: 'approve', by: 'ann' } }
        : { kind: 'woke', by: 'timer' };
    case 'agent':
      return worked(step, agentVerdict(choose({ stage: step.ref.stage })), agentFacts(pipeline, step.role, state, at));
    case 'prepare':
    case 'act':
    case 'compensate':
      return worked(step, pass('done'), actionFacts(step.action, state, at));
    case 'judge': {
      const verdict = gateVerdict(state, step, choose({ stage: step.ref.stage, gate: step.gate.gate }), at);
      return { kind: 'answered', step: step.ref, verdict, ...(step.subject ? { subject: step.subject } : {}) };
    }
    case 'finish':
      throw new Error('a finished task is not answered');
  }
}

function worked(step: Step & { ref: { stage: string } }, verdict: Verdict, facts: Facts): Answer {
  return { kind: 'answered', step: step.ref as never, verdict, facts };
}

function agentVerdict(wish: Wish): Verdict {
  return wish === 'inconclusive' ? inconclusive('crashed') : pass('finished');
}

/** A new tree each time, so that no answer is taken for "no progress". */
function agentFacts(pipeline: Pipeline, role: string, state: TaskState, at: number): Facts {
  const owes = pipeline.roles[role]?.owes;
  if (owes === 'judgement') return { usage: USAGE };
  const documents = state.subjects.documents === undefined ? { documents: `docs${at}` } : {};
  return { usage: USAGE, tree: `tree${at}`, subjects: { head: `head${at}`, ...documents } };
}

function actionFacts(action: string, { subjects }: TaskState, at: number): Facts {
  const sha = subjects.candidate?.sha ?? `m${at}`;
  const artifact = { image: 'i', digest: `d${sha}`, revision: sha, buildRun: 'b' };
  const release = (environment: string) => ({ environment, digest: artifact.digest, deployId: `${at}` });
  switch (action) {
    case 'sync':
      return {
        subjects: { candidate: { sha: `m${at}`, head: `${subjects.head}`, base: 'b', tree: `t${at}`, diff: `${at}` } },
      };
    case 'candidate':
      return { subjects: { artifact, staged: release('staging') } };
    case 'land':
      return { landed: { candidate: sha, base: 'b', previous: { digest: 'old', revision: 'b' } } };
    case 'promote':
      return { subjects: { released: release('production') } };
    default:
      return {};
  }
}

function gateVerdict(state: TaskState, step: Step & { kind: 'judge' }, wish: Wish, at: number): Verdict {
  const { gate } = step.gate;
  if (gate === 'approval') return approvalVerdict(state, step);
  if (wish === 'fail') return fail(`wrong at ${at}`);
  if (wish === 'inconclusive' && GATES[gate].mayBeInconclusive === 'yes') return inconclusive('cannot say');
  // A person pushes before the task is in its lane: a new head with new documents.
  if (wish === 'stale' && step.side === 'leave' && !state.lease) {
    return stale('pushed', { head: `pushed${at}`, documents: `pushed${at}` });
  }
  return pass('fine');
}

function approvalVerdict(state: TaskState, { subject }: Step & { kind: 'judge' }): Verdict {
  const given = state.approvals.find((approval) => approval.subject.id === subject?.id);
  return given ? pass(`approved by ${given.by}`) : { kind: 'asks', why: 'may it go on?' };
}
