import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { WorkerParts } from '../app/worker-parts.ts';

/** Has every try noted while it runs, so that the next one can start at once when this process dies. */
export function notedTries(noted: WorkerParts['noted']): ActivityInterceptorsFactory {
  return ({ info: { base64TaskToken } }) => ({
    inbound: { execute: (input, next) => noted(base64TaskToken, () => next(input)) },
  });
}
