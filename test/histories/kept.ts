/** Recorded histories on disk: one folder per release, one per workflow in it. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

export const FOLDER = import.meta.dirname;

type KeptEvent = {
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
} & Record<string, unknown>;
export type Kept = {
  /** `0.1.0/deliverTask/happy-path`. */
  name: string;
  release: string;
  workflow: string;
  events: KeptEvent[];
};

/** One line of JSON. Inputs of activities are left out: they are most of a history, and no replay reads them. */
export function toKept(history: History): string {
  const { events } = JSON.parse(historyToJSON(history)) as { events: Record<string, unknown>[] };
  return `${JSON.stringify({ events: events.map(slim) })}\n`;
}

function slim(event: Record<string, unknown>): Record<string, unknown> {
  const scheduled = 'activityTaskScheduledEventAttributes';
  const { userMetadata: _summary, taskId: _task, ...rest } = event;
  const attributes = rest[scheduled];
  if (typeof attributes !== 'object') return rest;
  const { input: _input, ...kept } = attributes as Record<string, unknown>;
  return { ...rest, [scheduled]: kept };
}

/** All of them, releases in order. Read anew at each call, so a test may change its own. */
export function keptHistories(): Kept[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => {
    const { events } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { events: KeptEvent[] };
    const workflow = dirname(file);
    return { name: file.slice(0, -'.json'.length), release: dirname(workflow), workflow: basename(workflow), events };
  });
}
