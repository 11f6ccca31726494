/** Tasks as Temporal knows them; `app/` has the one implementation. Throws what the Temporal client throws. */

import type { TaskEnded } from '../domain/intake/state.ts';

/**
 * What Temporal itself says about an item's newest run; never visibility. `at`: when it closed, ms since 1970.
 * `stopped`: from outside (terminated, failed), so that its end was not written to its card.
 */
export type RunState =
  { kind: 'none' } | { kind: 'open'; run: number } | { kind: 'closed'; run: number; at: number; stopped?: true };

/** An open task that waits for a person, for the digest; from visibility. */
export type WaitingTask = {
  key: string;
  title: string;
  status: 'asking' | 'held' | 'paused';
  sentence: string;
  since: number;
};

export interface Tasks {
  state(key: string): Promise<RunState>;
  /** Starts this run of the item's task. `exists`: somebody did already, and nothing was started. */
  start(project: string, item: { key: string; title: string }, run: number): Promise<'started' | 'exists'>;
  /** Tells the task to look at its card again; one that ended is left alone. */
  nudge(key: string, source: 'tracker' | 'person' | 'sweep'): Promise<void>;
  /** Tells the project's intake that a task's card was written for the last time; an intake that is not there is fine. */
  ended(project: string, ended: TaskEnded): Promise<void>;
  /** Open tasks of the project that wait for a person, longest first. */
  waiting(project: string): Promise<WaitingTask[]>;
}
