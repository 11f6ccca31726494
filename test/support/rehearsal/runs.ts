import type { Client } from '@temporalio/client';
import type { IntakeInput, TaskInput } from '../../../workflows/messages.ts';
import { projectWorkflowId, taskWorkflowId } from '../../../workflows/messages.ts';

/** One run of a workflow between two continue-as-new, read from its history. */
export type Run<Input> = {
  runId: string;
  /** Names in the order they were scheduled. */
  activities: string[];
  events: number;
  /** What the next run was started with; absent in the last. */
  continued?: Input;
};

/** Every run of the task's workflow, oldest first. */
export function runsOf({ client }: { client: Client }, key: string): Promise<Run<TaskInput>[]> {
  return readRuns(client, taskWorkflowId(key));
}

/** The same of a project's intake. */
export function intakeRunsOf({ client }: { client: Client }, project: string): Promise<Run<IntakeInput>[]> {
  return readRuns(client, projectWorkflowId(project));
}

async function readRuns<Input>(client: Client, workflowId: string): Promise<Run<Input>[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  let runId = raw.workflowExecutionInfo?.firstRunId ?? undefined;
  const runs: Run<Input>[] = [];
  while (runId) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const all = events ?? [];
    const continued = all.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    const data = continued?.input?.payloads?.[0]?.data;
    runs.push({
      runId,
      events: all.length,
      activities: all.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []),
      ...(data ? { continued: JSON.parse(Buffer.from(data).toString('utf8')) as Input } : {}),
    });
    runId = continued?.newExecutionRunId ?? undefined;
  }
  return runs;
}
