import type { AgentInput } from '../../../activities/agent.ts';
import type { JudgeInput } from '../../../activities/gates/input.ts';
import type { ActionInput } from '../../../activities/release/input.ts';
import type { Report } from '../../../domain/run.ts';
import type { AgentRun } from '../../../domain/run.ts';
import type { GateName } from '../../../domain/pipeline.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import type { Activities } from '../../../activities/index.ts';

/** One run of an agent, in the words of its report; `exit` where it did not finish. */
export type Played = Partial<Pick<Report, 'verdict' | 'summary' | 'findings'>> & { exit?: AgentRun['exit'] };

/**
 * What one task meets, counted from 1; where nothing is said everything passes at once. `undefined` leaves the answer
 * as it is, and a `PortError` is trouble with that integration.
 */
export type Part = {
  judge?: (gate: GateName, look: number, input: JudgeInput) => Promise<Verdict | undefined> | Verdict | undefined;
  agent?: (role: string, run: number, input: AgentInput) => Promise<Played> | Played;
  act?: (
    action: 'sync' | 'candidate' | 'land' | 'promote' | 'restore' | 'revert',
    time: number,
    input: ActionInput,
  ) => Promise<Verdict | undefined> | Verdict | undefined;
  /** What the notifier does not take at once gets an activity of its own. */
  notices?: 'owed';
  /** Called before every other activity that is about the task. */
  before?: (name: keyof Activities) => Promise<void> | void;
};

/** Counts by name, from 1. */
export function counter(): (name: string) => number {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  };
}
