import { isCount } from '../checks/limits.ts';
import type { Placed } from '../checks/table.ts';
import { chainFrom, gatesOf, rowOf } from '../checks/table.ts';
import type { Pipeline, Stage } from '../pipeline.ts';
import { OPERATORS } from '../pipeline.ts';
import { mayBeInconclusive } from './build-graph.ts';

/** An upper bound of agent runs, and the arithmetic behind it in words. */
export type WorstCase = { agentRuns: number; explanation: string };

/**
 * Agent runs until a person is asked anything but an approval. Every fail, inconclusive and stale answer that stays
 * under its cap is assumed, each where it costs most. A person's own rejections and retries come on top.
 * Only for a table whose passes lead to `done`.
 */
export function worstCase(pipeline: Pipeline): WorstCase {
  const through = runsFrom(pipeline, pipeline.stages[0]);
  const bounces = dearestBounces(pipeline);
  const bounced = sum(bounces.map(({ cost, times }) => cost * times));
  const stales = pipeline.caps.stale - 1;
  const stale = dearestStale(pipeline);
  const explanation = [
    `${through} from the first stage to done`,
    printSpent(bounces),
    `${stales * stale} for ${stales} stale answers of at most ${stale}`,
  ];
  const agentRuns = through + bounced + stales * stale;
  return {
    agentRuns,
    explanation: `${explanation.join(', ')}; inconclusive answers included, a person's rejections not`,
  };
}

/**
 * Runs of one visit to a row. The work may be inconclusive up to its cap, and so may each gate behind it, which then
 * wants the work, and the gates before it, once more: the cap to the power of all of them.
 */
function runsOf(pipeline: Pipeline, stage: Stage): number {
  if (stage.work.kind !== 'agent') return 0;
  return pipeline.caps.inconclusive ** (1 + redoingGates(stage));
}

function redoingGates(stage: Stage): number {
  return gatesOf(stage).filter(
    // Without a preparation an enter gate has only the work to run again.
    ({ gate, side }) => mayBeInconclusive(gate) && (side === 'leave' || stage.prepare === undefined),
  ).length;
}

function runsFrom(pipeline: Pipeline, stage: Stage | undefined): number {
  return stage ? sum(chainFrom(pipeline, stage).map((row) => runsOf(pipeline, row))) : 0;
}

type Spent = { cost: number; times: number };

/** What each bounce costs: the way from where it is sent back to where it failed. The dearest that the caps allow. */
function dearestBounces(pipeline: Pipeline): Spent[] {
  const possible = pipeline.stages.flatMap((stage) =>
    gatesOf(stage).flatMap((placed) => bouncesAt(pipeline, stage, placed)),
  );
  // The fail that reaches a cap asks, so one less than the cap bounces.
  let left = isCount(pipeline.caps.bounces) ? pipeline.caps.bounces - 1 : Number.POSITIVE_INFINITY;
  const spent: Spent[] = [];
  for (const { cost, times } of possible.sort((a, b) => b.cost - a.cost)) {
    const taken = Math.min(times, left);
    left -= taken;
    const last = spent.at(-1);
    if (last?.cost === cost) last.times += taken;
    else if (taken > 0) spent.push({ cost, times: taken });
  }
  return spent;
}

function bouncesAt(pipeline: Pipeline, stage: Stage, { gate, side }: Placed): Spent[] {
  const target = rowOf(pipeline, gate.onFail);
  if (gate.onFail === OPERATORS || gate.cap === 'none' || !target) return [];
  const ahead = runsFrom(pipeline, stage) - (side === 'leave' ? runsOf(pipeline, stage) : 0);
  return [{ cost: Math.max(0, runsFrom(pipeline, target) - ahead), times: gate.cap - 1 }];
}

function printSpent(spent: Spent[]): string {
  if (spent.length === 0) return 'no bounces';
  const costs = spent.map(({ cost, times }) => cost * times);
  const times = sum(spent.map((each) => each.times));
  return `${sum(costs)} for ${times} bounces (${spent.map((each) => `${each.times} × ${each.cost}`).join(' + ')})`;
}

/**
 * What one stale answer costs at most: the gates of every row before are read first, and a row works only when a gate
 * finds none of its product; the row whose own work became stale works again in any case.
 */
function dearestStale(pipeline: Pipeline): number {
  const first = pipeline.stages[0];
  if (!first || !isCount(pipeline.caps.stale)) return 0;
  let before = 0;
  let dearest = 0;
  for (const stage of chainFrom(pipeline, first)) {
    dearest = Math.max(dearest, before + runsOf(pipeline, stage));
    before += redoingGates(stage) > 0 ? runsOf(pipeline, stage) : 0;
  }
  return dearest;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
