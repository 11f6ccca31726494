import { isCount, isTime } from '../checks/limits.ts';
import { landedRows, rowOf } from '../checks/table.ts';
import { GATES } from '../gates/registry.ts';
import type { GateSettings, Pipeline, Stage } from '../pipeline.ts';
import { DONE, OPERATORS } from '../pipeline.ts';
import type { Edge, Graph } from './graph.ts';
import { addEdge, addNode, newGraph } from './graph.ts';

/** One phase of a row that does something. `redo`: the step that runs again after an inconclusive answer. */
type RowStep =
  { label: string; redo: string; does: 'prepare' | 'work' } | { label: string; redo: string; gate: GateSettings };

type Build = { graph: Graph; pipeline: Pipeline; landed: Set<Stage> };

/** Positions and waits of every row: lane, prepare, enter gates, work, leave gates, compensation. */
export function buildGraph(pipeline: Pipeline): Graph {
  const first = pipeline.stages[0];
  const build: Build = { graph: newGraph(first ? entryOf(first) : DONE), pipeline, landed: landedRows(pipeline) };
  addNode(build.graph, { kind: 'done', label: DONE });
  for (const stage of pipeline.stages) addRow(build, stage);
  return build.graph;
}

function entryOf(stage: Stage): string {
  return stage.lane === undefined
    ? (stepsOf(stage)[0]?.label ?? stage.name)
    : `${stage.name}: waits for lane ${stage.lane}`;
}

function stepsOf(stage: Stage): RowStep[] {
  const { name, work } = stage;
  const workLabel = `${name}: ${work.kind === 'agent' ? `agent ${work.role}` : work.action}`;
  const prepareLabel = stage.prepare === undefined ? undefined : `${name}: ${stage.prepare}`;
  const gate = (side: 'enter' | 'leave', redo: string) => (settings: GateSettings) => ({
    label: `${name}: ${side} ${settings.gate}`,
    redo,
    gate: settings,
  });
  return [
    ...(prepareLabel === undefined ? [] : [{ label: prepareLabel, redo: prepareLabel, does: 'prepare' as const }]),
    ...stage.enter.map(gate('enter', prepareLabel ?? workLabel)),
    { label: workLabel, redo: workLabel, does: 'work' as const },
    ...stage.leave.map(gate('leave', workLabel)),
  ];
}

function addRow(build: Build, stage: Stage): void {
  const { graph, pipeline } = build;
  const steps = stepsOf(stage);
  if (stage.lane !== undefined) {
    const lane = addNode(graph, { kind: 'wait', label: entryOf(stage), timer: pipeline.looks.personMs });
    addEdge(graph, lane, steps[0]?.label ?? lane, 'timed');
  }
  for (const [index, step] of steps.entries()) {
    addNode(graph, { kind: 'step', label: step.label });
    const following = steps[index + 1]?.label ?? targetOf(pipeline, stage.onPass);
    if ('gate' in step) addGate(build, stage, { ...step, following });
    else addWork(build, stage, step, following);
    addWaits(build, stage, step.label);
  }
}

/** Waits every step has: trouble and a question; before landing a hold and a pause too. */
function addWaits({ graph, pipeline, landed }: Build, stage: Stage, step: string): void {
  const { troubleMs, personMs } = pipeline.looks;
  addWait(graph, step, `${step}, trouble`, troubleMs);
  if (!landed.has(stage)) {
    addWait(graph, step, `${step}, held`, personMs);
    addWait(graph, step, `${step}, paused`, personMs);
  }
  askPerson(graph, step, personMs);
}

function addWait(graph: Graph, step: string, label: string, timer: number): void {
  addNode(graph, { kind: 'wait', label, timer });
  addEdge(graph, step, label, 'timed');
  addEdge(graph, label, step, 'timed');
}

function askPerson(graph: Graph, step: string, timer: number): string {
  const label = addNode(graph, { kind: 'person', label: `${step}, question`, timer });
  addEdge(graph, step, label, 'counted');
  addEdge(graph, label, step, 'answered');
  return label;
}

function addWork(build: Build, stage: Stage, step: RowStep & { does: string }, following: string): void {
  const { graph, pipeline } = build;
  addEdge(graph, step.label, following, 'free');
  if (step.does === 'work' && stage.work.kind === 'agent') {
    addEdge(graph, step.label, step.label, countedBy(pipeline.caps.inconclusive));
    addWait(graph, step.label, `${step.label}, quota`, pipeline.looks.troubleMs);
  }
  // A fail of the work counts at the row's next gate.
  const carrier = step.does === 'prepare' ? (stage.enter[0] ?? stage.leave[0]) : stage.leave[0];
  const uncounted: Pick<GateSettings, 'onFail' | 'cap'> = { onFail: stage.onFail, cap: 'none' };
  addFail(build, stage, step.label, carrier ?? uncounted, 'free');
  addStale(build, stage, step.label);
}

function addGate(build: Build, stage: Stage, step: RowStep & { gate: GateSettings; following: string }): void {
  const { graph, pipeline } = build;
  const { label, redo, gate, following } = step;
  addEdge(graph, label, following, 'free');
  const timed = isTime(gate.limitMs) && isTime(gate.pollMs.first);
  const distance = timed ? gate.pollMs.longest : Number.NaN;
  addWait(graph, label, `${label}, pending`, distance);
  addFail(build, stage, label, gate, gate.gate === 'approval' ? 'answered' : 'free');
  if (mayBeInconclusive(gate)) addEdge(graph, label, redo, countedBy(pipeline.caps.inconclusive));
  addStale(build, stage, label);
}

/** `uncapped`: what a fail without a cap is; free for the machine's own, answered for a person's rejection. */
function addFail(
  build: Build,
  stage: Stage,
  from: string,
  { onFail, cap }: Pick<GateSettings, 'onFail' | 'cap'>,
  uncapped: Edge['why'],
): void {
  const { graph, pipeline, landed } = build;
  if (onFail === OPERATORS) return;
  const why = cap === 'none' ? uncapped : countedBy(cap);
  const target = targetOf(pipeline, onFail);
  if (!landed.has(stage)) return addEdge(graph, from, target, why);
  let last = from;
  for (const action of stage.compensate) {
    const label = addNode(graph, { kind: 'step', label: `${stage.name}: ${action}` });
    addEdge(graph, last, label, last === from ? why : 'free');
    addWait(graph, label, `${label}, trouble`, pipeline.looks.troubleMs);
    askPerson(graph, label, pipeline.looks.personMs);
    last = label;
  }
  addEdge(graph, last, target, last === from ? why : 'free');
}

/** Back to where the passed subject no longer holds, at worst the first row. After landing nothing goes back. */
function addStale({ graph, pipeline, landed }: Build, stage: Stage, from: string): void {
  if (!landed.has(stage)) addEdge(graph, from, graph.start, countedBy(pipeline.caps.stale));
}

/** An unknown gate may say anything. */
export function mayBeInconclusive({ gate }: GateSettings): boolean {
  return !Object.hasOwn(GATES, gate) || GATES[gate].mayBeInconclusive === 'yes';
}

function countedBy(cap: number | 'none'): Edge['why'] {
  return isCount(cap) ? 'counted' : 'free';
}

function targetOf(pipeline: Pipeline, name: string): string {
  if (name === DONE) return DONE;
  const stage = rowOf(pipeline, name);
  return stage ? entryOf(stage) : `${name} (no such stage)`;
}
