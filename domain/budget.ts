/** What a task may spend on agents, over all their runs. A task without a budget may spend what it takes. */

import type { Facts } from './event.ts';
import type { Ledger } from './ledger.ts';
import type { Budget, Pipeline } from './pipeline.ts';
import type { Usage } from './run.ts';
import type { Verdict } from './verdict.ts';
import { asks } from './verdict.ts';

/** Sums of dollars do not come out even: less than this is nothing. */
const NOTHING = 1e-9;

/** What was used, as a budget counts it: tokens in and out, those a provider had cached not. */
export function spending({
  usd,
  tokensIn,
  tokensOut,
}: Pick<Usage, 'usd' | 'tokensIn' | 'tokensOut'>): Required<Budget> {
  return { usd, tokens: tokensIn + tokensOut };
}

/** What of the budget is left after this spending; never below 0. */
export function remaining({ usd, tokens }: Budget, spent: Required<Budget>): Budget {
  return {
    ...(usd === undefined ? {} : { usd: Math.max(0, usd - spent.usd) }),
    ...(tokens === undefined ? {} : { tokens: Math.max(0, tokens - spent.tokens) }),
  };
}

/** Whether nothing is left of dollars, or of tokens, where they are limited. */
export function isUsedUp({ usd = Infinity, tokens = Infinity }: Budget): boolean {
  return usd < NOTHING || tokens < NOTHING;
}

/** What the task's next run may spend; undefined when nothing limits it. */
export function budgetLeft({ budget }: Pipeline, ledger: Ledger): Budget | undefined {
  const allowed = ledger.budget ?? budget;
  return allowed && remaining(allowed, spending(ledger.usage));
}

/** The answer of a run that cannot begin, because nothing is left to pay it with. */
export function unaffordable(
  pipeline: Pipeline,
  ledger: Ledger,
  role: string,
): { verdict: Verdict; facts: Facts } | undefined {
  const left = budgetLeft(pipeline, ledger);
  if (!left || !isUsedUp(left)) return undefined;
  return { verdict: asks(`nothing of the budget is left for the ${role}`), facts: { budget: 'spent' } };
}

/** Another portion as large as the budget, counted from what is spent now: whatever was overspent is forgiven. */
export function grantPortion({ budget }: Pipeline, ledger: Ledger): Ledger {
  if (!budget) return ledger;
  const spent = spending(ledger.usage);
  const { usd, tokens } = budget;
  return {
    ...ledger,
    budget: {
      ...(usd === undefined ? {} : { usd: spent.usd + usd }),
      ...(tokens === undefined ? {} : { tokens: spent.tokens + tokens }),
    },
  };
}

/** `the budget is spent: 5.03 of 5.00 USD; a retry grants 5.00 USD more`. */
export function sayBudget({ budget = {} }: Pipeline, ledger: Ledger): string {
  const allowed = ledger.budget ?? budget;
  const spent = spending(ledger.usage);
  const used = [
    ...(allowed.usd === undefined ? [] : [`${money(spent.usd)} of ${money(allowed.usd)} USD`]),
    ...(allowed.tokens === undefined ? [] : [`${count(spent.tokens)} of ${count(allowed.tokens)} tokens`]),
  ];
  return `the budget is spent: ${used.join(', ')}; a retry grants ${sayPortion(budget)} more`;
}

/** `0.80 USD and 20,000 tokens`. */
export function sayPortion({ usd, tokens }: Budget): string {
  const parts = [
    ...(usd === undefined ? [] : [`${money(usd)} USD`]),
    ...(tokens === undefined ? [] : [`${count(tokens)} tokens`]),
  ];
  return parts.join(' and ');
}

function money(usd: number): string {
  return usd.toFixed(2);
}

function count(tokens: number): string {
  return String(Math.round(tokens)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
