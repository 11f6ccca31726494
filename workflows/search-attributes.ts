import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What operators list and filter by; readable with no worker running. Nothing that must be correct uses them. */
export const taskStage = defineSearchAttributeKey('TaskStage', SearchAttributeType.KEYWORD);
export const taskStatus = defineSearchAttributeKey('TaskStatus', SearchAttributeType.KEYWORD);
export const taskProject = defineSearchAttributeKey('TaskProject', SearchAttributeType.KEYWORD);
export const taskRepo = defineSearchAttributeKey('TaskRepo', SearchAttributeType.KEYWORD);
export const taskHeadSha = defineSearchAttributeKey('TaskHeadSha', SearchAttributeType.KEYWORD);
export const taskWaitingFor = defineSearchAttributeKey('TaskWaitingFor', SearchAttributeType.KEYWORD);
export const taskBounces = defineSearchAttributeKey('TaskBounces', SearchAttributeType.INT);
export const taskStageSince = defineSearchAttributeKey('TaskStageSince', SearchAttributeType.DATETIME);

export const SEARCH_ATTRIBUTES = [
  taskStage,
  taskStatus,
  taskProject,
  taskRepo,
  taskHeadSha,
  taskWaitingFor,
  taskBounces,
  taskStageSince,
] as const;
