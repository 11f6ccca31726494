import { sayPortion, spending } from '../../domain/budget.ts';
import type { Budget } from '../../domain/pipeline.ts';
import type { Usage } from '../../domain/run.ts';
import type { OverLimit } from './bounds.ts';
import type { LimitReached } from './watch.ts';

export type OverBudget = { kind: 'over-budget'; detail: string };

/** Why we ended a run. */
export type Stopped = LimitReached | OverLimit | OverBudget;

/** `left`: what the run could have spent. */
export function overBudget(left: Budget, usage: Usage): OverBudget {
  return { kind: 'over-budget', detail: `used ${sayPortion(spending(usage))} where ${sayPortion(left)} were left` };
}
