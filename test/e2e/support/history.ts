/** What the server recorded of a task, in the words a test asks in. */

import { taskWorkflowId } from '../../../workflows/messages.ts';
import type { World } from './world.ts';

type History = Awaited<ReturnType<ReturnType<World['client']['workflow']['getHandle']>['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

/** `summary` is what the Web UI shows beside it, e.g. `review: read review`. */
export type Recorded = { at: number } & (
  | { kind: 'activity'; name: string; summary: string }
  | { kind: 'timer'; ms: number; summary: string }
  | { kind: 'fired' | 'nudged' | 'continued' }
);

export function historyOf({ client }: Pick<World, 'client'>, key: string, runId?: string): Promise<History> {
  return client.workflow.getHandle(taskWorkflowId(key), runId).fetchHistory();
}

/** In the order they were recorded. */
export async function recordedOf(world: World, key: string): Promise<Recorded[]> {
  const { events } = await historyOf(world, key);
  return (events ?? []).flatMap(recorded);
}

function recorded(event: HistoryEvent): Recorded[] {
  const at = millisOf(event.eventTime);
  const summary = summaryOf(event);
  const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
  if (activity) return [{ at, kind: 'activity', name: activity, summary }];
  const timer = event.timerStartedEventAttributes;
  if (timer) return [{ at, kind: 'timer', ms: millisOf(timer.startToFireTimeout), summary }];
  if (event.timerFiredEventAttributes) return [{ at, kind: 'fired' }];
  if (event.workflowExecutionSignaledEventAttributes?.signalName === 'nudge') return [{ at, kind: 'nudged' }];
  return [];
}

function millisOf(time: HistoryEvent['eventTime'] | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
}

/** A summary is a JSON text in the event's metadata. */
function summaryOf({ userMetadata }: HistoryEvent): string {
  const data = userMetadata?.summary?.data;
  return data ? String(JSON.parse(Buffer.from(data).toString('utf8'))) : '';
}
