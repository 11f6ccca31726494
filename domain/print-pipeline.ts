import { GATE_DEFAULTS } from './default-pipeline.ts';
import { printDuration } from './duration.ts';
import type { GateSettings, Pipeline, Stage } from './pipeline.ts';
import { OPERATORS } from './pipeline.ts';

export const PIPELINE_COLUMNS = [
  'stage',
  'prepare',
  'enter gates',
  'work',
  'leave gates',
  'on pass',
  'on fail',
  'lane',
] as const;

const EMPTY = '–';

/** The table's rows, one string a cell, in the order of `PIPELINE_COLUMNS`. A gate's settings show where they differ from the defaults. */
export function printPipeline(pipeline: Pipeline): string[][] {
  return pipeline.stages.map((stage) => [
    stage.name,
    stage.prepare ?? EMPTY,
    gates(stage, stage.enter),
    stage.work.kind === 'agent' ? `agent: ${stage.work.role}` : stage.work.action,
    gates(stage, stage.leave) + (stage.compensate.length > 0 ? `, or else ${stage.compensate.join(' and ')}` : ''),
    stage.onPass,
    stage.onFail,
    stage.lane ?? EMPTY,
  ]);
}

function gates(stage: Stage, settings: GateSettings[]): string {
  return settings.map((gate) => printGate(stage, gate)).join(', ') || EMPTY;
}

function printGate(stage: Stage, settings: GateSettings): string {
  const { gate, onFail, cap, limitMs, pollMs } = settings;
  const usual = GATE_DEFAULTS[gate];
  const usualFail = usual.operators ? OPERATORS : stage.onFail;
  const differs = [
    ...(onFail === usualFail ? [] : [`on fail ${onFail}`]),
    ...(cap === usual.cap ? [] : [`cap ${cap}`]),
    ...(limitMs === usual.limitMs ? [] : [`limit ${printDuration(limitMs)}`]),
    ...(pollMs.first === usual.pollMs.first && pollMs.longest === usual.pollMs.longest ? [] : [printPoll(pollMs)]),
  ];
  return differs.length === 0 ? gate : `${gate} (${differs.join(', ')})`;
}

function printPoll({ first, longest }: GateSettings['pollMs']): string {
  return `poll ${printDuration(first)}${first === longest ? '' : ` to ${printDuration(longest)}`}`;
}
