/** How long steps take, as the interpreter sees it. */

import type { Step } from '../domain/step.ts';

type Waiting = Step & { kind: 'wait' };

const PASSING: readonly Step['kind'][] = ['judge', 'write-card', 'remark', 'remind'];

/** Over in moments, and the step after it says where the task stands. */
export function isPassing({ kind }: Step): boolean {
  return PASSING.includes(kind);
}

/** Milliseconds to the next look, or to the reminder that is due before it; read against the workflow's clock. */
export function distanceOf({ ms, until, remindAt }: Waiting): number {
  const look = until === undefined ? ms : until - Date.now();
  return Math.max(Math.min(look, remindAt === undefined ? look : remindAt - Date.now()), 1);
}

/** While a person is waited for, the hourly look is at the card. */
export function looksAtCard({ why }: Waiting): boolean {
  return why === 'question' || why === 'held' || why === 'paused';
}
