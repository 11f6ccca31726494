import type { Pipeline, Stage } from '../pipeline.ts';
import { DONE, OPERATORS, stageIndex } from '../pipeline.ts';
import type { TableProblem } from './table.ts';
import { chainFrom, gatesOf, landedRows, problem, rowOf } from './table.ts';

/** What changes the base branch or production holds the lane, and what landed is proven or taken back. */
export function checkLanding(pipeline: Pipeline): TableProblem[] {
  const landed = landedRows(pipeline);
  return pipeline.stages.flatMap((stage, row) => [
    ...checkLane(pipeline, stage, row),
    ...(stage.prepare === 'land' ? checkLand(pipeline, stage, row) : []),
    ...(landed.has(stage) ? checkFails(pipeline, stage, row) : checkNothingLanded(stage, row)),
  ]);
}

function checkLane(pipeline: Pipeline, stage: Stage, row: number): TableProblem[] {
  if (stage.lane === undefined) {
    const needs = (what: string, column: string): TableProblem =>
      problem(['stages', row, column], `${what} needs a lane: without the repository's turn two tasks would collide`);
    return [
      ...(stage.prepare === undefined ? [] : [needs(`"prepare: ${stage.prepare}"`, 'prepare')]),
      ...(stage.work.kind === 'agent' ? [] : [needs(`"action: ${stage.work.action}"`, 'work')]),
    ];
  }
  const next = rowOf(pipeline, stage.onPass);
  if (!next || next.lane === stage.lane) return [];
  const message = `stage "${stage.name}" is in lane "${stage.lane}", so pass must stay in it or be "${DONE}"; "${next.name}" is not in it`;
  return [problem(['stages', row, 'onPass'], message)];
}

function checkLand(pipeline: Pipeline, stage: Stage, row: number): TableProblem[] {
  const chain = chainFrom(pipeline, stage);
  const path = ['stages', row, 'prepare'];
  const again = chain.slice(1).find((later) => later.prepare === 'land');
  const proven = chain.some((later) => later.leave.some(({ gate }) => gate === 'health'));
  return [
    ...(again ? [problem(path, `"land" stands twice on the way to "${DONE}": here and in "${again.name}"`)] : []),
    ...(proven ? [] : [problem(path, `after "land" a gate "health" must prove production before "${DONE}"`)]),
  ];
}

function checkNothingLanded(stage: Stage, row: number): TableProblem[] {
  if (stage.compensate.length === 0) return [];
  const message = `stage "${stage.name}" cannot compensate: nothing has landed when it runs`;
  return [problem(['stages', row, 'compensate'], message)];
}

function checkFails(pipeline: Pipeline, stage: Stage, row: number): TableProblem[] {
  const own = checkFailAfterLand(pipeline, stage, stage.onFail, ['stages', row, 'onFail']);
  const gates = gatesOf(stage)
    .filter(({ gate }) => gate.onFail !== stage.onFail)
    .flatMap(({ gate, side, index }) =>
      checkFailAfterLand(pipeline, stage, gate.onFail, ['stages', row, side, index, 'onFail']),
    );
  return [...own, ...gates, ...checkCompensate(pipeline, stage, row)];
}

function checkFailAfterLand(
  pipeline: Pipeline,
  stage: Stage,
  target: string,
  path: (string | number)[],
): TableProblem[] {
  if (target === OPERATORS) return [];
  if (stage.compensate.length === 0) {
    const message = `a fail of "${stage.name}" comes after "land": add "compensate: [restore, revert]" or send it to "${OPERATORS}"`;
    return [problem(path, message)];
  }
  const laneStart = pipeline.stages.findIndex((other) => other.lane === stage.lane);
  if (stage.lane === undefined || stageIndex(pipeline, target) < laneStart) return [];
  const message = `after compensation the lane is free, so the fail must go to a stage before lane "${stage.lane}", not to "${target}"`;
  return [problem(path, message)];
}

function checkCompensate(pipeline: Pipeline, stage: Stage, row: number): TableProblem[] {
  if (stage.compensate.length === 0) return [];
  const needed = mayHavePromoted(pipeline, stage) ? ['restore', 'revert'] : ['revert'];
  const given = stage.compensate.join(', ');
  if (given === needed.join(', ') || given === 'restore, revert') return [];
  const message = `compensate must be [${needed.join(', ')}]: ${needed.length > 1 ? 'production first, then' : ''} the base branch`;
  return [problem(['stages', row, 'compensate'], message.replace(':  ', ': '))];
}

function mayHavePromoted(pipeline: Pipeline, stage: Stage): boolean {
  return pipeline.stages.some(
    (other) =>
      other.work.kind === 'action' && other.work.action === 'promote' && chainFrom(pipeline, other).includes(stage),
  );
}
