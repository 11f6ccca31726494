import type { Figure } from '../figure.ts';
import { eventsPerLook } from './events-per-look.ts';
import { historyEvents } from './history-events.ts';
import { largestPayload } from './largest-payload.ts';
import { overhead } from './overhead.ts';
import { noticed, parkedMemory, trackerCalls } from './parked.ts';
import { coldWake, parkedPerGib } from './parked-many.ts';
import { replaySpeed } from './replay.ts';
import { coldStart } from './cold-start.ts';
import { workerKilled } from './worker-killed.ts';
import { webhookMedian, webhookTail } from './webhook.ts';

/** Every figure, in the order of the table; docs/benchmarks.md says what each counts. */
export const FIGURES: readonly Figure[] = [
  overhead,
  historyEvents,
  eventsPerLook,
  largestPayload,
  webhookMedian,
  webhookTail,
  trackerCalls,
  noticed,
  parkedMemory,
  parkedPerGib,
  coldWake,
  workerKilled,
  coldStart,
  replaySpeed,
];
