/** Sentences of at most 140 characters: command, board, Web UI and card all print these. */

import { firstText, shorten } from './sentence.ts';
import type { TaskState } from './state.ts';
import { stageOf } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import type { Verdict } from './verdict.ts';
import { never } from './verdict.ts';

export type TaskStatus = 'working' | 'waiting' | 'asking' | 'held' | 'paused' | 'done' | 'aborted';

/** One word for the whole task, strongest first: end, hold, pause, question, wait, work. */
export function statusOf(state: TaskState): TaskStatus {
  if (state.end) return state.end.outcome;
  if (!state.landed && state.hold) return 'held';
  if (!state.landed && state.pause) return 'paused';
  if (state.question) return 'asking';
  return state.wait?.status === 'waiting' ? 'waiting' : 'working';
}

/** What the task does or waits for right now. */
export function describe(pipeline: Pipeline, state: TaskState): string {
  if (state.end) return shorten(sayEnd(state, state.end));
  if (!state.landed && state.hold) return shorten(`held by ${state.hold.by}: move the card back to go on`);
  if (!state.landed && state.pause) return shorten(`paused by ${state.pause.by}${sayReason(state.pause)}`);
  if (state.trouble && state.wait?.why === 'trouble') {
    return shorten(`trouble with ${state.trouble.integration} (${state.trouble.type}): ${state.trouble.message}`);
  }
  if (state.question) return shorten(`question ${state.question.number}: ${state.question.why}`);
  if (state.wait) return shorten(`waiting for ${state.wait.for}`);
  return shorten(sayPosition(pipeline, state));
}

function sayEnd(state: TaskState, end: NonNullable<TaskState['end']>): string {
  switch (end.outcome) {
    case 'done': {
      const { released, candidate } = state.subjects;
      return released && candidate
        ? `done: ${candidate.sha.slice(0, 7)} runs in ${released.environment} as ${released.digest.slice(0, 19)}`
        : 'done';
    }
    case 'aborted':
      return end.by === undefined ? 'aborted' : `aborted by ${end.by}${sayReason(end)}`;
  }
}

function sayReason({ reason }: { reason?: string }): string {
  return reason === undefined ? '' : `: ${reason}`;
}

function sayPosition(pipeline: Pipeline, state: TaskState): string {
  const { stage: name, phase, index } = state.position;
  const stage = stageOf(pipeline, name);
  switch (phase) {
    case 'prepare':
      return `${name}: ${stage.prepare ?? 'preparing'}`;
    case 'enter':
      return `${name}: reading ${stage.enter[index]?.gate ?? 'gates'}`;
    case 'work':
      return stage.work.kind === 'agent'
        ? `${name}: ${stage.work.role} works, attempt ${state.counters.attempt + 1}`
        : `${name}: ${stage.work.action}`;
    case 'leave':
      return `${name}: reading ${stage.leave[index]?.gate ?? 'gates'}`;
    case 'compensate':
      return `${name}: taking the release back, ${stage.compensate[index] ?? 'restore'}`;
  }
}

/** A verdict as one sentence. */
export function sayVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'pass':
      return shorten(verdict.evidence[0]);
    case 'waived':
      return shorten(`waived by ${verdict.waiver.by} (${verdict.waiver.reason}): ${verdict.of.join('; ')}`);
    case 'pending':
      return shorten(`waiting for ${verdict.for}`);
    case 'fail':
      return shorten(firstText(verdict.findings));
    case 'inconclusive':
    case 'stale':
    case 'asks':
      return shorten(verdict.why);
    default:
      return never(verdict);
  }
}
