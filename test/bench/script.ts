import type { Queues } from '../../workflows/messages.ts';
import type { HistoryEvent } from './history.ts';
import { bytesOf } from './history.ts';

/** One command of a recorded task, or one answer it waited for before the next. */
export type Op =
  | {
      op: 'activity';
      id: string;
      name: string;
      queue: keyof Queues;
      summary: string;
      /** Bytes of data that went out and came back. */
      input: number;
      result: number;
    }
  | { op: 'answered'; id: string }
  | { op: 'timer'; id: string; ms: number; summary: string }
  | { op: 'fired' | 'cancelled'; id: string }
  | { op: 'attributes'; values: Record<string, string | number | null> }
  | { op: 'decided' };

/** The commands of a task in their order, read from its history. Throws for what a task without rework never does. */
export function scriptOf(events: readonly HistoryEvent[], queues: Queues): Op[] {
  const results = new Map<string, number>();
  for (const { activityTaskCompletedEventAttributes: done } of events) {
    if (done) results.set(String(done.scheduledEventId), bytesOf(done.result));
  }
  return events.flatMap((event) => opOf(event, queues, results));
}

function opOf(event: HistoryEvent, queues: Queues, results: ReadonlyMap<string, number>): Op[] {
  const id = String(event.eventId);
  const summary = textOf(event.userMetadata?.summary?.data);
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (scheduled) {
    const name = scheduled.activityType?.name ?? '';
    const queue = kindOfQueue(queues, scheduled.taskQueue?.name);
    return [
      { op: 'activity', id, name, queue, summary, input: bytesOf(scheduled.input), result: results.get(id) ?? 0 },
    ];
  }
  const answered = event.activityTaskCompletedEventAttributes;
  if (answered) return [{ op: 'answered', id: String(answered.scheduledEventId) }];
  const started = event.timerStartedEventAttributes;
  if (started) {
    const { seconds, nanos } = started.startToFireTimeout ?? {};
    return [{ op: 'timer', id, ms: Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6, summary }];
  }
  const fired = event.timerFiredEventAttributes;
  if (fired) return [{ op: 'fired', id: String(fired.startedEventId) }];
  const cancelled = event.timerCanceledEventAttributes;
  if (cancelled) return [{ op: 'cancelled', id: String(cancelled.startedEventId) }];
  const fields = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
  if (fields) {
    const values = Object.entries(fields).map(([name, { data }]) => [name, valueOf(data)]);
    return [{ op: 'attributes', values: Object.fromEntries(values) }];
  }
  return event.workflowExecutionUpdateAcceptedEventAttributes ? [{ op: 'decided' }] : [];
}

function kindOfQueue(queues: Queues, name: string | null | undefined): keyof Queues {
  const found = Object.entries(queues).find(([, queue]) => queue === name);
  if (!found) throw new Error(`The recorded task used the queue ${name}, which it was not given`);
  return found[0] as keyof Queues;
}

function valueOf(data: Uint8Array | null | undefined): string | number | null {
  return data ? JSON.parse(Buffer.from(data).toString()) : null;
}

function textOf(data: Uint8Array | null | undefined): string {
  return String(valueOf(data) ?? '');
}
