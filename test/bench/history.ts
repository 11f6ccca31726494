import type { Client } from '@temporalio/client';

/** The event as the server tells it; exactly one of its `…EventAttributes` is set. */
export type HistoryEvent = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>[number];
type Payloads = { payloads?: { data?: Uint8Array | null }[] | null } | null | undefined;

export async function readHistory(client: Client, workflowId: string): Promise<HistoryEvent[]> {
  return (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
}

/** The event's kind, e.g. `activityTaskScheduled`. */
export function kindOf(event: HistoryEvent): string {
  const set = Object.entries(event).find(([name, value]) => name.endsWith('EventAttributes') && value);
  return set?.[0].slice(0, -'EventAttributes'.length) ?? 'unknown';
}

/** How many events there are of each kind, the most frequent first. */
export function histogram(events: readonly HistoryEvent[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const kind of events.map(kindOf)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

const COMMANDS = new Set([
  'activityTaskScheduled',
  'timerStarted',
  'timerCanceled',
  'upsertWorkflowSearchAttributes',
  'workflowExecutionUpdateAccepted',
  'workflowExecutionCompleted',
]);

/** What the workflow did, in order; activities by their names. */
export function commandsOf(events: readonly HistoryEvent[]): string[] {
  return events
    .filter((event) => COMMANDS.has(kindOf(event)))
    .map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? kindOf(event));
}

/** Bytes of data in the payloads; their metadata is not counted. */
export function bytesOf(given: Payloads): number {
  return (given?.payloads ?? []).reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
}
