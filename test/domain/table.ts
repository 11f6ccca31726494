import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import type { GateSettings, Pipeline, Stage } from '../../domain/pipeline.ts';
import { stageOf } from '../../domain/pipeline.ts';

/** The default table, changed. The change may break what the types forbid: that is what the checks are for. */
export function changed(change: (table: Pipeline) => void): Pipeline {
  const table = structuredClone(DEFAULT_PIPELINE);
  change(table);
  return table;
}

/** A gate of a row of the table, for changing it. */
export function gateIn(table: Pipeline, stage: string, side: 'enter' | 'leave', index = 0): GateSettings {
  const gate = stageOf(table, stage)[side][index];
  if (!gate) throw new Error(`no gate ${index} in ${side} of ${stage}`);
  return gate;
}

/** The table without a row; what passed to it passes to the next one. */
export function without(table: Pipeline, name: string): void {
  const gone = stageOf(table, name);
  table.stages = table.stages.filter((stage) => stage !== gone);
  for (const stage of table.stages) if (stage.onPass === name) stage.onPass = gone.onPass;
}

/** A row with one gate, for small tables. */
export function rowOf(name: string, cells: Partial<Stage> & Pick<Stage, 'work' | 'leave'>): Stage {
  return { name, enter: [], onPass: 'done', onFail: name, compensate: [], ...cells };
}
