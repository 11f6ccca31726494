import { GATES } from './gates/registry.ts';
import type { GateName, Pipeline } from './pipeline.ts';
import { stageIndex, stageOf } from './pipeline.ts';
import type { Answer, QuestionCause } from './question.ts';
import type { TaskState } from './state.ts';

/** The answers a question offers. After landing nothing ends a task but production proven, or taken back. */
export function answersFor(
  pipeline: Pipeline,
  state: TaskState,
  cause: QuestionCause,
  stage: string,
  gate: GateName | undefined,
): Answer[] {
  if (cause === 'approval') return state.landed ? ['approve', 'reject'] : ['approve', 'reject', 'abort'];
  const revert: Answer[] = stageOf(pipeline, stage).compensate.includes('revert') ? ['revert'] : [];
  if (state.landed) return ['retry', ...revert];
  const accept: Answer[] = gate && mayAccept(pipeline, stage, gate) ? ['accept'] : [];
  const back: Answer[] = stageIndex(pipeline, stage) > 0 ? ['back'] : [];
  return ['retry', ...accept, ...back, 'abort'];
}

function mayAccept(pipeline: Pipeline, stage: string, gate: GateName): boolean {
  const row = stageOf(pipeline, stage);
  const settings = [...row.enter, ...row.leave].find((one) => one.gate === gate);
  return GATES[gate].acceptable === 'yes' && settings?.accept !== 'refused';
}
