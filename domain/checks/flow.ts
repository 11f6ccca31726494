import { unknownName } from '../did-you-mean.ts';
import type { Pipeline, Stage } from '../pipeline.ts';
import { DONE, OPERATORS, stageIndex } from '../pipeline.ts';
import type { TableProblem } from './table.ts';
import { gatesOf, problem, rowOf } from './table.ts';

/** `pass` goes forward and `fail` back, so the table's order is the order of delivery. */
export function checkTargets(pipeline: Pipeline): TableProblem[] {
  return pipeline.stages.flatMap((stage, row) => [
    ...checkPass(pipeline, stage, row),
    ...checkFail(pipeline, stage.onFail, row, ['stages', row, 'onFail']),
    ...gatesOf(stage)
      // A gate that inherits the row's own target is not told a second time.
      .filter(({ gate }) => gate.onFail !== stage.onFail)
      .flatMap(({ gate, side, index }) =>
        checkFail(pipeline, gate.onFail, row, ['stages', row, side, index, 'onFail']),
      ),
  ]);
}

function checkPass(pipeline: Pipeline, stage: Stage, row: number): TableProblem[] {
  const path = ['stages', row, 'onPass'];
  if (stage.onPass === DONE) return [];
  const to = stageIndex(pipeline, stage.onPass);
  if (to < 0) return [problem(path, unknownName('stage', stage.onPass, [...names(pipeline), DONE]))];
  if (to > row) return [];
  const allowed = [...names(pipeline).slice(row + 1), DONE].join(', ');
  const message = `no way to done: pass of "${stage.name}" goes back to "${stage.onPass}", expected one of ${allowed}`;
  return [problem(path, message)];
}

function checkFail(pipeline: Pipeline, target: string, row: number, path: (string | number)[]): TableProblem[] {
  if (target === OPERATORS) return [];
  const to = stageIndex(pipeline, target);
  const allowed = [...names(pipeline).slice(0, row + 1), OPERATORS];
  if (to < 0) return [problem(path, unknownName('stage', target, allowed))];
  if (to <= row) return [];
  return [problem(path, `a fail cannot skip ahead to "${target}", expected one of ${allowed.join(', ')}`)];
}

/** Every row can be reached. Says nothing while a target is unknown: it may have meant any row. */
export function checkReach(pipeline: Pipeline): TableProblem[] {
  const reached = reachedRows(pipeline);
  return pipeline.stages.flatMap((stage, row) => {
    if (reached.has(stage)) return [];
    const message = `stage "${stage.name}" is unreachable: no pass or fail of a reachable stage leads to it`;
    return [problem(['stages', row, 'name'], message)];
  });
}

function reachedRows(pipeline: Pipeline): Set<Stage> {
  const reached = new Set<Stage>(pipeline.stages.slice(0, 1));
  for (const stage of reached) {
    const targets = [stage.onPass, stage.onFail, ...gatesOf(stage).map(({ gate }) => gate.onFail)];
    for (const target of targets) {
      const row = rowOf(pipeline, target);
      if (row) reached.add(row);
    }
  }
  return reached;
}

function names(pipeline: Pipeline): string[] {
  return pipeline.stages.map((stage) => stage.name);
}
