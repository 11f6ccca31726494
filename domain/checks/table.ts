import type { CompensateAction, Pipeline, PrepareAction, Stage, WorkAction } from '../pipeline.ts';

export const PREPARE_ACTIONS: readonly PrepareAction[] = ['sync', 'land'];
export const WORK_ACTIONS: readonly WorkAction[] = ['candidate', 'promote'];
export const COMPENSATE_ACTIONS: readonly CompensateAction[] = ['restore', 'revert'];

/** What is wrong with a table and where: the path leads through the resolved `Pipeline`. */
export type TableProblem = { path: (string | number)[]; message: string };

export function problem(path: (string | number)[], message: string): TableProblem {
  return { path, message };
}

/** A gate with the place where it stands in its row. */
export type Placed = { gate: Stage['enter'][number]; side: 'enter' | 'leave'; index: number };

export function gatesOf(stage: Stage): Placed[] {
  return [
    ...stage.enter.map((gate, index): Placed => ({ gate, side: 'enter', index })),
    ...stage.leave.map((gate, index): Placed => ({ gate, side: 'leave', index })),
  ];
}

/** The row of that name; unlike `stageOf` it does not throw, for the table may be wrong. */
export function rowOf(pipeline: Pipeline, name: string): Stage | undefined {
  return pipeline.stages.find((stage) => stage.name === name);
}

/** The rows a passing task goes through from here on, this one first. A pass that goes back ends it: that is told elsewhere. */
export function chainFrom(pipeline: Pipeline, start: Stage): Stage[] {
  const chain = [start];
  for (const stage of chain) {
    const following = rowOf(pipeline, stage.onPass);
    const forward = following && pipeline.stages.indexOf(following) > pipeline.stages.indexOf(stage);
    if (forward) chain.push(following);
  }
  return chain;
}

/** Rows that may run after something was landed: those that land, and what passing leads to from there. */
export function landedRows(pipeline: Pipeline): Set<Stage> {
  const landing = pipeline.stages.filter((stage) => stage.prepare === 'land');
  return new Set(landing.flatMap((stage) => chainFrom(pipeline, stage)));
}
