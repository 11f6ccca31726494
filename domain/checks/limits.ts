import { HEARTBEAT_MS } from '../default-pipeline.ts';
import type { GateSettings, Pipeline, Stage } from '../pipeline.ts';
import { OPERATORS } from '../pipeline.ts';
import type { TableProblem } from './table.ts';
import { gatesOf, problem } from './table.ts';

const CAPS = ['bounces', 'inconclusive', 'stale'] as const;
const LOOKS = ['troubleMs', 'personMs', 'retryMs', 'debounceMs'] as const;

/** Nothing repeats without a cap, nothing waits without a timer. */
export function checkLimits(pipeline: Pipeline): TableProblem[] {
  const caps = CAPS.filter((name) => !isCount(pipeline.caps[name])).map((name) =>
    problem(['caps', name], `cap "${name}" must be a whole number of at least 1`),
  );
  const looks = LOOKS.filter((name) => !isTime(pipeline.looks[name])).map((name) =>
    problem(['looks', name], 'the distance between two looks must be longer than nothing'),
  );
  const heartbeat = isTime(pipeline.looks.heartbeatMs ?? HEARTBEAT_MS)
    ? []
    : [problem(['looks', 'heartbeatMs'], 'a try needs time to be heard of')];
  const reminders = (pipeline.looks.remindMs ?? []).flatMap((ms, index, all) =>
    isTime(ms) && ms > (all[index - 1] ?? 0)
      ? []
      : [problem(['looks', 'remindMs', index], 'each reminder comes later than the one before it')],
  );
  const gates = pipeline.stages.flatMap((stage, row) =>
    gatesOf(stage).flatMap(({ gate, side, index }) =>
      checkGate(gate).map(({ path, message }) => problem(['stages', row, side, index, ...path], message)),
    ),
  );
  return [...gates, ...pipeline.stages.flatMap(checkCarriers), ...caps, ...looks, ...heartbeat, ...reminders];
}

/**
 * A fail of the work counts at the row's first leave gate, one of the preparation at its first enter gate.
 * Without a cap there the machine would send itself back for ever.
 */
function checkCarriers(stage: Stage, row: number): TableProblem[] {
  const sides = [...(stage.prepare === undefined ? [] : ['enter' as const]), 'leave' as const];
  return sides.flatMap((side) => {
    const first = stage[side][0];
    if (first?.gate !== 'approval' || first.cap !== 'none' || first.onFail === OPERATORS) return [];
    const what = side === 'enter' ? `"prepare: ${stage.prepare}"` : 'the work';
    const message = `a fail of ${what} counts at the first ${side} gate: give "approval" a cap, or put another gate before it`;
    return [problem(['stages', row, side, 0, 'cap'], message)];
  });
}

function checkGate(settings: GateSettings): TableProblem[] {
  const { gate, cap, limitMs, pollMs } = settings;
  const problems: TableProblem[] = [];
  if (cap === 'none' && !mayLackCap(settings)) {
    const message = `gate "${gate}" needs a cap: only an approval, or a gate whose fail goes to operators, may have "none"`;
    problems.push(problem(['cap'], message));
  }
  if (cap !== 'none' && !isCount(cap)) {
    problems.push(problem(['cap'], `cap of gate "${gate}" must be a whole number of at least 1, or "none"`));
  }
  if (!isTime(limitMs)) problems.push(problem(['limitMs'], `limit of gate "${gate}" must be longer than nothing`));
  if (!isTime(pollMs.first) || !isTime(pollMs.longest) || pollMs.longest < pollMs.first) {
    problems.push(
      problem(['pollMs'], `poll of gate "${gate}" must have a first distance and a longest one not below it`),
    );
  }
  return problems;
}

/** A person answers each time: no loop of the machine's own can come of it. */
export function mayLackCap({ gate, onFail }: GateSettings): boolean {
  return gate === 'approval' || onFail === OPERATORS;
}

export function isCount(value: number | 'none'): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

export function isTime(ms: number): boolean {
  return Number.isFinite(ms) && ms > 0;
}
