import { REPORT_LIMITS } from '../../../domain/report-schema.ts';
import type { GateName } from '../../../domain/pipeline.ts';
import type { Finding } from '../../../domain/verdict.ts';
import type { Bench } from '../bench.ts';
import type { Figure, Measured } from '../figure.ts';
import type { HistoryEvent } from '../history.ts';
import { bytesOf, readHistory } from '../history.ts';
import type { Plan } from '../plan.ts';

const KIB = 1024;

/** The longest findings that a report keeps. */
const FINDINGS: readonly Finding[] = Array.from({ length: REPORT_LIMITS.findings }, (_, index) => ({
  text: `${index + 1}. `.padEnd(REPORT_LIMITS.finding, 'because it does not hold '),
  where: `src/${index + 1}`.padEnd(REPORT_LIMITS.where, '/deep'),
}));

/** How often each gate sends the task back: as often as the caps allow before a person is asked. */
const FAILS: Partial<Record<GateName, number>> = { ci: 2, review: 2, tests: 1 };

/** Every finding is at its longest, in five bounces. */
const longTask: Plan = {
  judge: (gate, look) => {
    const [first, ...rest] = FINDINGS;
    const fails = first !== undefined && look <= (FAILS[gate] ?? 0);
    return fails ? { kind: 'fail', findings: [first, ...rest] } : { kind: 'pass', evidence: [gate] };
  },
  report: () => ({ verdict: 'pass', summary: 'so '.repeat(REPORT_LIMITS.summary / 3), findings: [...FINDINGS] }),
};

export const largestPayload: Figure = {
  figure: 'largest activity payload',
  unit: 'KiB',
  aim: 32,
  limit: 32,
  measure,
};

async function measure({ temporal: { client }, deliver }: Bench): Promise<Measured> {
  const { workflowId } = await deliver(longTask);
  const events = await readHistory(client, workflowId);
  const sizes = sizesOf(events).sort((a, b) => b.bytes - a.bytes);
  const [largest] = sizes;
  if (!largest) throw new Error(`${workflowId} ran no activity`);
  return {
    value: Math.round((largest.bytes / KIB) * 100) / 100,
    raw: { payloads: sizes.length, events: events.length, largest: sizes.slice(0, 3) },
  };
}

type Size = { bytes: number; of: string };

function sizesOf(events: readonly HistoryEvent[]): Size[] {
  const names = new Map(events.map((event) => [String(event.eventId), nameOf(event)]));
  return events.flatMap((event) => {
    const { activityTaskScheduledEventAttributes: asked, activityTaskCompletedEventAttributes: answered } = event;
    if (asked) return [{ bytes: bytesOf(asked.input), of: `input of ${nameOf(event)}` }];
    if (!answered) return [];
    return [{ bytes: bytesOf(answered.result), of: `result of ${names.get(String(answered.scheduledEventId))}` }];
  });
}

function nameOf(event: HistoryEvent): string {
  return event.activityTaskScheduledEventAttributes?.activityType?.name ?? '';
}
