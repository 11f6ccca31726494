import type { Budget, Pipeline } from './pipeline.ts';
import type { Usage } from './run.ts';

/** What the task has spent. Counters only grow, but for the two a decision resets. */
export type Ledger = {
  /** Charged fails by `<stage>/<gate>`, since the last decision that gave the gate its cap again. */
  bounces: Record<string, number>;
  /** Charged fails of the whole task. */
  total: number;
  /** The total at which the task asks; a `retry` raises it by the gate's cap. */
  allowance: number;
  /** Inconclusive answers in a row, by `<stage>/<gate or work>`. */
  inconclusive: Record<string, number>;
  stale: number;
  /** Looks or steps that met trouble. */
  tries: number;
  agentRuns: number;
  /** What may be spent in all since a `retry` granted more; absent until then: the table's budget. */
  budget?: Budget;
  approvals: number;
  usage: Omit<Usage, 'durationMs'> & { agentMs: number };
  wakes: { nudge: number; timer: number };
  /** Waits that a nudge brought to an end, and waits that only a timer did. */
  drivenByNudge: number;
  healedByTimer: number;
};

/** Counts that ledgers of earlier versions lack. */
export const EARLIER_LEDGER: Pick<Ledger, 'drivenByNudge'> = { drivenByNudge: 0 };

/** Counts a wait that has come to its end by what brought it there. */
export function countWait(ledger: Ledger, by: 'nudge' | 'timer' | undefined): Ledger {
  switch (by) {
    case 'nudge':
      return { ...ledger, drivenByNudge: ledger.drivenByNudge + 1 };
    case 'timer':
      return { ...ledger, healedByTimer: ledger.healedByTimer + 1 };
    case undefined:
      return ledger;
  }
}

export function newLedger(pipeline: Pipeline): Ledger {
  return {
    bounces: {},
    total: 0,
    allowance: pipeline.caps.bounces,
    inconclusive: {},
    stale: 0,
    tries: 0,
    agentRuns: 0,
    approvals: 0,
    usage: { tokensIn: 0, tokensOut: 0, tokensCached: 0, usd: 0, turns: 0, agentMs: 0 },
    wakes: { nudge: 0, timer: 0 },
    ...EARLIER_LEDGER,
    healedByTimer: 0,
  };
}

export function addUsage(ledger: Ledger, usage: Usage): Ledger {
  const old = ledger.usage;
  return {
    ...ledger,
    agentRuns: ledger.agentRuns + 1,
    usage: {
      tokensIn: old.tokensIn + usage.tokensIn,
      tokensOut: old.tokensOut + usage.tokensOut,
      tokensCached: old.tokensCached + usage.tokensCached,
      usd: old.usd + usage.usd,
      turns: old.turns + usage.turns,
      agentMs: old.agentMs + usage.durationMs,
    },
  };
}
