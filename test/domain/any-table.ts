import * as fc from 'fast-check';
import { DEFAULT_PIPELINE, gateSettings } from '../../domain/default-pipeline.ts';
import type { GateSettings, Pipeline, Stage } from '../../domain/pipeline.ts';
import { GATE_NAMES } from '../../domain/pipeline.ts';

const names = ['one', 'two', 'three', 'four', 'five'];
const target = fc.constantFrom(...names, 'done', 'operators', 'nowhere', '', '__proto__', 'constructor');
const number = fc.oneof(
  fc.integer({ min: -1, max: 200 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e15, 0.5),
);

const anyGate = fc.record({
  gate: fc.constantFrom(...GATE_NAMES, 'toString', 'unknown'),
  onFail: target,
  cap: fc.oneof(number, fc.constant('none')),
  limitMs: number,
  pollMs: fc.record({ first: number, longest: number }),
}) as fc.Arbitrary<GateSettings>;

const anyStage = fc.record(
  {
    name: fc.constantFrom(...names, 'done', '', 'constructor'),
    prepare: fc.constantFrom('sync', 'land', 'unknown'),
    enter: fc.array(anyGate, { maxLength: 2 }),
    work: fc.oneof(
      fc.record({ kind: fc.constant('agent'), role: fc.constantFrom('analyst', 'tester', '__proto__', 'nobody') }),
      fc.record({ kind: fc.constant('action'), action: fc.constantFrom('candidate', 'promote', 'unknown') }),
    ),
    leave: fc.array(anyGate, { maxLength: 3 }),
    onPass: target,
    onFail: target,
    compensate: fc.array(fc.constantFrom('restore', 'revert', 'unknown'), { maxLength: 3 }),
    lane: fc.constantFrom('release', 'other'),
  },
  { requiredKeys: ['name', 'enter', 'work', 'leave', 'onPass', 'onFail', 'compensate'] },
) as fc.Arbitrary<Stage>;

/** Any table the type could hold at run time, and worse: unknown names, loops, numbers that are none. */
export const anyTable: fc.Arbitrary<Pipeline> = fc.record({
  stages: fc.array(anyStage, { maxLength: 6 }),
  roles: fc.constantFrom(DEFAULT_PIPELINE.roles, {}),
  caps: fc.record({ bounces: number, inconclusive: number, stale: number }),
  looks: fc.record({ troubleMs: number, personMs: number, retryMs: number, debounceMs: number }),
});

type Edit = { row: number; pass: number; fail: number; gate: number; cap: number | 'none'; keep: boolean };

/** The default table, edited a little everywhere: often still usable, often not. */
export const plausibleTable: fc.Arbitrary<Pipeline> = fc
  .record({
    edits: fc.array(
      fc.record({
        row: fc.nat(6),
        pass: fc.nat(7),
        fail: fc.nat(7),
        gate: fc.nat(GATE_NAMES.length - 1),
        cap: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant('none' as const)),
        keep: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    caps: fc.record({
      bounces: fc.integer({ min: 1, max: 9 }),
      inconclusive: fc.integer({ min: 1, max: 3 }),
      stale: fc.integer({ min: 1, max: 6 }),
    }),
  })
  .map(({ edits, caps }) => {
    const table: Pipeline = { ...structuredClone(DEFAULT_PIPELINE), caps };
    for (const edit of edits) applyEdit(table, edit);
    return table;
  });

function applyEdit(table: Pipeline, edit: Edit): void {
  const stage = table.stages[edit.row];
  const gate = GATE_NAMES[edit.gate];
  if (!stage || !gate) return;
  const fail = table.stages[edit.fail]?.name ?? 'operators';
  if (edit.keep) stage.leave.push(gateSettings(gate, fail, { cap: edit.cap }));
  else {
    stage.onPass = table.stages[edit.pass]?.name ?? 'done';
    stage.onFail = fail;
  }
}
