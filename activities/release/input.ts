import type { Facts } from '../../domain/event.ts';
import type { Landed, TaskSpec } from '../../domain/state.ts';
import type { Subjects } from '../../domain/subject.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { JudgeInput } from '../gates/input.ts';

/** What every action of a row is given. */
export type ActionInput = {
  spec: TaskSpec;
  branch: string;
  /** `<KEY>#<run>/<stage>/<attempt>/<action>`. */
  attempt: string;
  subjects: Subjects;
  pullRequest?: number;
  landed?: Landed;
  lease: number;
  /** The branch the task goes on with when this release is taken back. */
  nextBranch: string;
  /** Verdicts this action rests on, read again right before its side effect. */
  rejudge: JudgeInput[];
};

export type ActionAnswer = { verdict: Verdict; facts?: Facts };
