import * as fc from 'fast-check';
import { checkPipeline } from '../../../domain/check-pipeline.ts';
import { DEFAULT_PIPELINE, gateSettings } from '../../../domain/default-pipeline.ts';
import type { GateName, GateSettings, Pipeline, Stage } from '../../../domain/pipeline.ts';
import { DONE, OPERATORS } from '../../../domain/pipeline.ts';
import { provePipeline } from '../../../domain/prove-pipeline.ts';
import { plausibleTable } from '../any-table.ts';

/** What differs between two rows of a random table; `back` counts rows from this one to where a fail goes. */
type RowSeed = { kind: number; back: number; operators: boolean; cap: number; extra: boolean };

const rowSeed: fc.Arbitrary<RowSeed> = fc.record({
  kind: fc.nat(3),
  back: fc.nat(5),
  operators: fc.boolean(),
  cap: fc.integer({ min: 1, max: 4 }),
  extra: fc.boolean(),
});

const caps = fc.record({
  bounces: fc.integer({ min: 1, max: 8 }),
  inconclusive: fc.integer({ min: 1, max: 3 }),
  stale: fc.integer({ min: 1, max: 5 }),
});

type Kind = { role: string; enter: GateName[]; leave: GateName[]; more: GateName };

const FIRST: Kind = { role: 'analyst', enter: [], leave: ['artifacts'], more: 'approval' };
const KINDS: readonly Kind[] = [
  { role: 'architect', enter: [], leave: ['artifacts'], more: 'approval' },
  { role: 'developer', enter: [], leave: ['ci'], more: 'protected-paths' },
  { role: 'reviewer', enter: ['ci'], leave: ['review'], more: 'ci' },
  { role: 'tester', enter: [], leave: ['tests'], more: 'protected-paths' },
];

/** Tables with other rows, roles' order, targets and caps, all of them accepted and proven. */
const shapedTable: fc.Arbitrary<Pipeline> = fc
  .record({ rows: fc.array(rowSeed, { maxLength: 4 }), ship: rowSeed, live: rowSeed, caps })
  .map(({ rows, ship, live, caps }) => {
    const names = [...rows.map((_, index) => `row-${index}`), 'ship', 'live', DONE];
    const stages: Stage[] = rows.map((seed, index) =>
      agentRow(names, index, seed, index === 0 ? FIRST : (KINDS[seed.kind] ?? FIRST)),
    );
    return { ...DEFAULT_PIPELINE, caps, stages: [...stages, ...laneRows(names, rows.length, ship, live)] };
  });

function agentRow(names: string[], index: number, seed: RowSeed, kind: Kind): Stage {
  const fail = names[Math.max(0, index - seed.back)] ?? OPERATORS;
  const gates = seed.extra ? [...kind.leave, kind.more] : kind.leave;
  return {
    name: names[index] ?? '',
    enter: kind.enter.map((gate) => settings(gate, fail, seed)),
    work: { kind: 'agent', role: kind.role },
    leave: gates.map((gate) => settings(gate, fail, seed)),
    onPass: names[index + 1] ?? DONE,
    onFail: fail,
    compensate: [],
  };
}

function settings(gate: GateName, fail: string, { cap }: RowSeed): GateSettings {
  return gateSettings(gate, fail, gate === 'approval' ? {} : { cap });
}

function laneRows(names: string[], index: number, ship: RowSeed, live: RowSeed): Stage[] {
  const back = (seed: RowSeed): string => names[Math.max(0, index - 1 - seed.back)] ?? OPERATORS;
  const liveFail = live.operators ? OPERATORS : back(live);
  return [
    {
      name: 'ship',
      prepare: 'sync',
      enter: [settings('merge', back(ship), ship), ...(ship.extra ? [gateSettings('approval', back(ship))] : [])],
      work: { kind: 'action', action: 'candidate' },
      leave: [settings('staging', back(ship), ship)],
      onPass: 'live',
      onFail: back(ship),
      lane: 'lane',
      compensate: [],
    },
    {
      name: 'live',
      prepare: 'land',
      enter: [gateSettings('fresh', liveFail, live.extra ? { onFail: liveFail } : {})],
      work: { kind: 'action', action: 'promote' },
      leave: [settings('health', liveFail, live)],
      onPass: DONE,
      onFail: liveFail,
      lane: 'lane',
      compensate: ['restore', 'revert'],
    },
  ];
}

function isUsable(table: Pipeline): boolean {
  return checkPipeline(table).length === 0 && canPass(table) && provePipeline(table).kind === 'proven';
}

/** Every row lies on the way to done, and a review is asked for where a role gives one. */
function canPass({ stages, roles }: Pipeline): boolean {
  const onTheWay = stages.every((row, index) => row.onPass === (stages[index + 1]?.name ?? DONE));
  const given = stages.every(
    ({ work, enter, leave }) =>
      ![...enter, ...leave].some(({ gate }) => gate === 'review') ||
      (work.kind === 'agent' && roles[work.role]?.owes === 'judgement'),
  );
  return onTheWay && given;
}

/** Any table that would be accepted: the default one, it with edits, and tables of other shapes. */
export const usableTable: fc.Arbitrary<Pipeline> = fc.oneof(
  fc.constant(DEFAULT_PIPELINE),
  plausibleTable.filter(isUsable),
  shapedTable.filter(isUsable),
);
