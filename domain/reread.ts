import { GATES } from './gates/registry.ts';
import type { ActionName, GateName, Pipeline, Stage } from './pipeline.ts';
import { stageOf } from './pipeline.ts';
import type { TaskState } from './state.ts';
import type { SubjectKind } from './subject.ts';

/** Subjects whose verdicts an action rests on: they are read again inside the activity, right before its effect. */
const RESTS_ON: Record<ActionName, readonly SubjectKind[]> = {
  sync: [],
  candidate: [],
  land: ['candidate', 'diff'],
  promote: ['artifact'],
  restore: [],
  revert: [],
};

/** The passed gates to read again before an action, with the row each stands in. */
export function rereadBefore(
  pipeline: Pipeline,
  state: TaskState,
  action: ActionName,
): { stage: Stage; gate: GateName; kind: SubjectKind }[] {
  return state.passed
    .map(({ stage, gate }) => ({ stage: stageOf(pipeline, stage), gate }))
    .map(({ stage, gate }) => ({ stage, gate, kind: GATES[gate].subject(stage) }))
    .filter(({ kind }) => RESTS_ON[action].includes(kind));
}
