import { describe, expect, it } from 'vitest';
import { advance } from '../../domain/advance.ts';
import { askText } from '../../domain/ask-text.ts';
import { budgetLeft, isUsedUp, remaining, sayBudget } from '../../domain/budget.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { newLedger } from '../../domain/ledger.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { asks } from '../../domain/verdict.ts';
import { approved } from './support/approved.ts';
import type { Delivery } from './support/deliver.ts';
import { red } from './support/script.ts';

/** Every run of the scripted world costs 0.50 USD. */
function costing(budget: Pipeline['budget'], script = {}): Delivery {
  return approved({ pipeline: { ...DEFAULT_PIPELINE, ...(budget ? { budget } : {}) }, script });
}

const ORDER = ['analysis', 'architecture', 'development', 'review', 'testing'];

describe("a task's budget", () => {
  it('that lasts for two runs asks before the third, which does not begin', () => {
    const task = costing({ usd: 1 });
    expect(task.state.question).toMatchObject({
      cause: 'budget',
      stage: 'development',
      why: 'the budget is spent: 1.00 of 1.00 USD; a retry grants 1.00 USD more',
      answers: ['retry', 'back', 'abort'],
    });
    expect(task.state.ledger).toMatchObject({ agentRuns: 2, total: 0, inconclusive: {} });
  });

  it('is granted once more by a retry, and then asks again: never for ever at one place', () => {
    const task = costing({ usd: 1 });
    const asked: (string | undefined)[] = [];
    while (task.state.question) {
      asked.push(task.state.question.stage);
      task.decide('retry');
      task.go();
    }
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(asked).toEqual(['development', 'testing']);
    expect(task.state.ledger).toMatchObject({ agentRuns: 5, total: 0, budget: { usd: 3 } });
  });

  it('that one run overspent by far grants a whole portion all the same', () => {
    const task = costing({ usd: 0.3 });
    const asked = ORDER.slice(1).map(() => {
      const stage = task.state.question?.stage;
      task.decide('retry');
      task.go();
      return stage;
    });
    expect(asked).toEqual(ORDER.slice(1));
    expect(task.state.end).toMatchObject({ outcome: 'done' });
  });

  it('counts all kinds that are limited, and those alone', () => {
    const ledger = { ...newLedger(DEFAULT_PIPELINE), usage: { ...NOTHING, usd: 3.1, tokensIn: 800, tokensOut: 300 } };
    const of = (budget: Pipeline['budget']) => ({ ...DEFAULT_PIPELINE, ...(budget ? { budget } : {}) });
    expect(budgetLeft(of(undefined), ledger)).toBeUndefined();
    expect(budgetLeft(of({ usd: 5 }), ledger)).toEqual({ usd: expect.closeTo(1.9) });
    expect(budgetLeft(of({ usd: 3, tokens: 1_200 }), ledger)).toEqual({ usd: 0, tokens: 100 });
    expect(sayBudget(of({ usd: 3, tokens: 1_200_000 }), ledger)).toBe(
      'the budget is spent: 3.10 of 3.00 USD, 1,100 of 1,200,000 tokens; a retry grants 3.00 USD and 1,200,000 tokens more',
    );
  });

  it('is used up when nothing is left of one kind, also where sums of dollars do not come out even', () => {
    expect(isUsedUp({})).toBe(false);
    expect(isUsedUp({ usd: 0.01, tokens: 1 })).toBe(false);
    expect(isUsedUp({ usd: 5, tokens: 0 })).toBe(true);
    const tenths = Array.from({ length: 10 }, () => 0.1).reduce((sum, tenth) => sum + tenth, 0);
    expect(isUsedUp(remaining({ usd: 1 }, { usd: tenths, tokens: 0 }))).toBe(true);
  });

  it('is said with what was spent, and asked of a person as any other question', () => {
    const { state } = costing({ usd: 1 });
    if (!state.question) throw new Error('it asks');
    const text = askText(state, state.question);
    expect(text).toContain('the budget is spent: 1.00 of 1.00 USD; a retry grants 1.00 USD more');
    expect(text).toContain('What it cost: 2 agent runs, 0 bounces, 1.00 USD so far.');
    expect(text).toContain('- retry: move the card to ');
  });

  it('is not touched by a retry for another reason', () => {
    const task = costing({ usd: 9 }, { ci: Array.from({ length: 3 }, () => red('unit is red')) });
    expect(task.state.question).toMatchObject({ cause: 'cap' });
    task.decide('retry');
    expect(task.state.ledger.budget).toBeUndefined();
  });

  it('keeps its own reason after landing, so that a retry grants there too', () => {
    const task = costing({ usd: 9 });
    const state = { ...task.state, landed: { candidate: 'm', base: 'b' } };
    delete (state as { end?: unknown }).end;
    const position = { stage: 'testing', phase: 'work', index: 0, order: 'work-first' } as const;
    const ref = { stage: 'testing', phase: 'work', index: 0, attempt: state.counters.attempt + 1 } as const;
    const answered = {
      at: 1,
      kind: 'answered',
      step: ref,
      verdict: asks('spent'),
      facts: { budget: 'spent' },
    } as const;
    const pipeline = { ...DEFAULT_PIPELINE, budget: { usd: 2 } };
    expect(advance(pipeline, { ...state, position }, answered).question).toMatchObject({
      cause: 'budget',
      answers: ['retry'],
    });
  });
});

const NOTHING = { tokensIn: 0, tokensOut: 0, tokensCached: 0, usd: 0, turns: 0, agentMs: 0 };
