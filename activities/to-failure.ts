import { log } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import type { TroubleClass } from '../domain/state.ts';
import { withHeartbeat } from './heartbeat.ts';
import { PortError } from './ports.ts';

/** Travels as the failure's first detail, so that the workflow knows whom to call unwell. */
export type TroubleDetail = { class: TroubleClass; integration: string };

const LONGEST_MESSAGE = 500;

/** Trouble as Temporal understands it: a dotted type, retried unless only a person can mend it. */
export function toFailure(error: unknown): Error {
  if (error instanceof TemporalFailure || error instanceof CancelledFailure) return error;
  if (error instanceof PortError) {
    const detail: TroubleDetail = { class: error.trouble, integration: error.type.split('.')[0] ?? error.type };
    return ApplicationFailure.create({
      type: error.type,
      message: error.message.slice(0, LONGEST_MESSAGE),
      nonRetryable: error.trouble !== 'transient',
      details: [detail],
      ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  const detail: TroubleDetail = { class: 'transient', integration: 'Conveyor' };
  return ApplicationFailure.create({
    type: 'Conveyor.Unexpected',
    message: message.slice(0, LONGEST_MESSAGE),
    details: [detail],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

type AnyActivity = (input: never) => Promise<unknown>;

const BEAT_MS = 10_000;

/** Every activity of the record, with its errors classified once, here. */
export function classified<T extends Record<string, AnyActivity>>(activities: T): T {
  const entries = Object.entries(activities).map(([name, activity]) => [name, guarded(name, activity)]);
  return Object.fromEntries(entries) as T;
}

/** The same, each alive to Temporal while it works: a dead worker is noticed by the heartbeat, not by the limit. */
export function beating<T extends Record<string, AnyActivity>>(activities: T): T {
  const entries = Object.entries(activities).map(([name, activity]) => {
    const beats: AnyActivity = (input) =>
      withHeartbeat(
        () => undefined,
        BEAT_MS,
        () => activity(input),
      );
    return [name, beats];
  });
  return Object.fromEntries(entries) as T;
}

function guarded(name: string, activity: AnyActivity): AnyActivity {
  return async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      const failure = toFailure(error);
      if (failure instanceof ApplicationFailure && failure.type === 'Conveyor.Unexpected') {
        log.error('activity failed unexpectedly', { activity: name, error });
      }
      throw failure;
    }
  };
}
