/** What people see of a task: queries, search attributes and the Web UI's current details, all from the state. */

import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { describe, statusOf } from '../domain/describe.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import type { TaskState } from '../domain/state.ts';
import { branchOf } from '../domain/state.ts';
import type { ExplainView, TaskView } from './messages.ts';
import * as attributes from './search-attributes.ts';

export function viewOf(pipeline: Pipeline, state: TaskState): TaskView {
  return {
    spec: state.spec,
    stage: state.position.stage,
    status: statusOf(state),
    sentence: describe(pipeline, state),
    stageSince: state.stageSince,
    subjects: state.subjects,
    ledger: state.ledger,
    branch: branchOf(state),
    ...(state.question ? { question: state.question } : {}),
    ...(state.closed ? { closed: state.closed } : {}),
    ...(state.trouble ? { trouble: state.trouble } : {}),
    ...(state.pullRequest === undefined ? {} : { pullRequest: state.pullRequest }),
    ...(state.end ? { end: state.end } : {}),
  };
}

export function explainOf(pipeline: Pipeline, state: TaskState, nextLookAt: number | undefined): ExplainView {
  return {
    ...viewOf(pipeline, state),
    log: state.log,
    ...(nextLookAt === undefined ? {} : { nextLookAt }),
    stages: pipeline.stages.map((row) => row.name),
    waived: state.log.filter((entry) => entry.kind === 'waived').map((entry) => entry.say),
  };
}

/** The pairs as they should stand; the caller writes them only when they differ from the last. */
export function searchAttributesOf(pipeline: Pipeline, state: TaskState): SearchAttributeUpdatePair[] {
  return [
    { key: attributes.taskStage, value: state.end ? state.end.outcome : state.position.stage },
    { key: attributes.taskStatus, value: statusOf(state) },
    { key: attributes.taskProject, value: state.spec.project },
    { key: attributes.taskRepo, value: state.spec.repo },
    { key: attributes.taskHeadSha, value: state.subjects.candidate?.sha ?? state.subjects.head ?? null },
    { key: attributes.taskWaitingFor, value: waitsFor(pipeline, state) },
    { key: attributes.taskBounces, value: state.ledger.total },
    { key: attributes.taskStageSince, value: new Date(state.stageSince) },
  ];
}

/** Only what a person would wait with: a task at work changes its sentence with every step. */
function waitsFor(pipeline: Pipeline, state: TaskState): string | null {
  const status = statusOf(state);
  return status === 'working' ? null : describe(pipeline, state);
}

/** Markdown for the Web UI, served while a worker answers. */
export function detailsOf(pipeline: Pipeline, state: TaskState): string {
  const { ledger, question } = state;
  const log = state.log.slice(-8).map((entry) => `- ${entry.stage} · ${entry.what} · **${entry.kind}** · ${entry.say}`);
  return [
    `**${describe(pipeline, state)}**`,
    '',
    `Stage ${state.position.stage} · ${ledger.total} bounces · ${ledger.agentRuns} agent runs · ${ledger.usage.usd.toFixed(2)} USD`,
    ...(question
      ? ['', `Question ${question.number} takes: ${question.answers.join(', ')} (update \`decide\`, or the command)`]
      : []),
    '',
    ...log,
  ].join('\n');
}
