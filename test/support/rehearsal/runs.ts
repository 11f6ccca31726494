import type { Client } from '@temporalio/client';
import type { TaskInput } from '../../../workflows/messages.ts';
import { taskWorkflowId } from '../../../workflows/messages.ts';

/** One run of a workflow between two continue-as-new, read from its history. */
export type Run = {
  runId: string;
  /** Names in the order they were scheduled. */
  activities: string[];
  events: number;
  /** What the next run was started with; absent in the last. */
  continued?: TaskInput;
};

/** Every run of the task's workflow, oldest first. */
export async function runsOf({ client }: { client: Client }, key: string): Promise<Run[]> {
  const workflowId = taskWorkflowId(key);
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  let runId = raw.workflowExecutionInfo?.firstRunId ?? undefined;
  const runs: Run[] = [];
  while (runId) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const all = events ?? [];
    const continued = all.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    const data = continued?.input?.payloads?.[0]?.data;
    runs.push({
      runId,
      events: all.length,
      activities: all.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []),
      ...(data ? { continued: JSON.parse(Buffer.from(data).toString('utf8')) as TaskInput } : {}),
    });
    runId = continued?.newExecutionRunId ?? undefined;
  }
  return runs;
}
