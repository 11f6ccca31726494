import type { Ports } from '../ports.ts';
import { candidate } from './candidate.ts';
import type { ActionAnswer, ActionInput } from './input.ts';
import type { Judge } from './land.ts';
import { land } from './land.ts';
import { promote } from './promote.ts';
import { sync } from './sync.ts';
import { restore, revert } from './take-back.ts';
import type { ActionName } from '../../domain/pipeline.ts';

export type ReleaseActivities = Record<ActionName, (input: ActionInput) => Promise<ActionAnswer>>;

/** One activity for each action a row can name. */
export function createReleaseActivities(ports: Ports, judge: Judge): ReleaseActivities {
  return {
    sync: (input) => sync(ports, input),
    candidate: (input) => candidate(ports, input),
    land: (input) => land(ports, judge, input),
    promote: (input) => promote(ports, judge, input),
    restore: (input) => restore(ports, input),
    revert: (input) => revert(ports, input),
  };
}
