import type { WorkflowExecutionInfo } from '@temporalio/client';
import * as attributes from '../../workflows/search-attributes.ts';
import type { ShownStatus } from '../format/status.ts';
import { STATUSES } from '../format/status.ts';
import { hear } from './sentence.ts';
import type { TaskRecord } from './tasks.ts';

type Info = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'memo' | 'typedSearchAttributes' | 'status' | 'startTime' | 'closeTime'
>;

/** Reads a workflow's search attributes and memo. */
export function recordOf(info: Info): TaskRecord {
  const own = info.typedSearchAttributes;
  const since = own.get(attributes.taskStageSince) ?? info.startTime;
  const status = statusOf(info);
  const waitsFor = own.get(attributes.taskWaitingFor) ?? '';
  return {
    key: info.workflowId.replace(/^task\//, ''),
    title: titleOf(info.memo),
    project: own.get(attributes.taskProject) ?? '',
    repo: own.get(attributes.taskRepo) ?? '',
    run: typeof info.memo?.['run'] === 'number' ? info.memo['run'] : 1,
    stage: own.get(attributes.taskStage) ?? '',
    status,
    sentence: status === 'broken' ? `the workflow was ${said(info)} from outside` : waitsFor,
    stageSince: since.getTime(),
    bounces: own.get(attributes.taskBounces) ?? 0,
    ...(info.closeTime ? { endedAt: info.closeTime.getTime() } : {}),
  };
}

/** The status word, with the wait for an unwell integration told apart. */
export function shownStatus(status: string | undefined, sentence: string): ShownStatus {
  if (status === 'waiting' && hear(sentence).kind === 'trouble') return 'trouble';
  return isStatus(status) ? status : 'working';
}

function statusOf(info: Info): ShownStatus {
  const own = info.typedSearchAttributes;
  const status = shownStatus(own.get(attributes.taskStatus), own.get(attributes.taskWaitingFor) ?? '');
  const ended = status === 'done' || status === 'aborted';
  const runs = info.status.name === 'RUNNING' || info.status.name === 'PAUSED';
  // Terminated, cancelled or failed: its attributes still say what it did last.
  return runs || ended ? status : 'broken';
}

function said(info: Info): string {
  return info.status.name.toLowerCase().replaceAll('_', ' ');
}

function titleOf(memo: Record<string, unknown> | undefined): string {
  const title = memo?.['title'];
  return typeof title === 'string' ? title : '';
}

function isStatus(text: string | undefined): text is ShownStatus {
  return text !== undefined && Object.hasOwn(STATUSES, text);
}
