import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../domain/pipeline.ts';
import { pending } from '../../domain/verdict.ts';
import type { Delivery } from './support/deliver.ts';
import { deliver } from './support/deliver.ts';
import { essenceOf } from './support/essence.ts';
import { choicesFor } from './support/chaos.ts';
import type { Answered, Script, Scripted } from './support/script.ts';
import { outage } from './support/script.ts';
import { usableTable } from './support/tables.ts';

const SEED = 20_261_122;
const NAMES = ['artifacts', 'ci', 'protected-paths', 'review', 'tests', 'merge', 'staging', 'fresh', 'health'];
const WORK = ['analyst', 'architect', 'developer', 'reviewer', 'tester', 'sync', 'candidate', 'land', 'promote'];
const MOST_STEPS = 600;

type Wake = 'timer' | 'forge' | 'tracker' | 'doubled';

const wake = fc.constantFrom<Wake>('timer', 'forge', 'tracker', 'doubled');

/** Answers by name, never trouble, and now and then a gate that has to be looked at more than once. */
const script: fc.Arbitrary<Script> = fc.record(
  Object.fromEntries(
    [...NAMES, ...WORK].map((name) => {
      const judged = choicesFor(name).filter((answer) => !isOutage(answer));
      const waits: Scripted[] = WORK.includes(name) ? [] : [pending('a check'), pending('another check')];
      return [name, fc.array(fc.constantFrom(...judged, ...waits), { maxLength: 5 })];
    }),
  ),
);

function isOutage(answer: Scripted): boolean {
  return typeof answer !== 'function' && answer.kind === 'trouble';
}

/** Runs to the end or to a question that is no approval; every wait is ended by the next of these, then by timers. */
function run(pipeline: Pipeline, script: Script, wakes: readonly Wake[] = []): Delivery {
  const task = deliver({ pipeline, script });
  const left = [...wakes];
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const step = task.next();
    if (step.kind === 'finish' || (step.kind === 'wait' && !goesOn(task))) return task;
    if (step.kind !== 'wait') task.once();
    else if (!task.state.question) endWait(task, left.shift() ?? 'timer');
  }
  throw new Error(`No end after ${MOST_STEPS} steps:\n${task.trace.slice(-20).join('\n')}`);
}

/** Approvals are given; any other question ends the run. */
function goesOn(task: Delivery): boolean {
  const { question } = task.state;
  if (question?.cause === 'approval') task.decide('approve');
  return question === undefined || question.cause === 'approval';
}

function endWait(task: Delivery, wake: Wake): void {
  if (wake === 'doubled') task.send({ kind: 'woke', by: 'nudge' });
  if (task.next().kind !== 'wait') return;
  task.look(wake === 'timer' || wake === 'doubled' ? undefined : wake);
}

/** The same answers, each after this many outages of whatever would have given it. */
function withOutages(script: Script, outages: readonly number[]): Script {
  const left = [...outages];
  const delayed = (answer: Scripted): Scripted[] => [...Array.from({ length: left.shift() ?? 0 }, unwell), answer];
  return Object.fromEntries(Object.entries(script).map(([name, answers]) => [name, answers.flatMap(delayed)]));
}

function unwell(): Answered {
  return outage();
}

describe('how a task is woken', () => {
  it('changes only time: nudges in any order, doubled or dropped, lead to the same state as timers alone', () => {
    fc.assert(
      fc.property(usableTable, script, fc.array(wake, { maxLength: 40 }), (pipeline, answers, wakes) => {
        const byTimers = run(pipeline, answers);
        const byNudges = run(pipeline, answers, wakes);
        expect(essenceOf(byNudges.state)).toEqual(essenceOf(byTimers.state));
      }),
      { numRuns: 40, seed: SEED },
    );
  });
});

describe('trouble', () => {
  it('at any time costs tries and time, and leads to the same state: never a bounce, never a question', () => {
    fc.assert(
      fc.property(usableTable, script, fc.array(fc.nat(2), { maxLength: 60 }), (pipeline, answers, outages) => {
        const calm = run(pipeline, answers);
        const troubled = run(pipeline, withOutages(answers, outages));
        expect(essenceOf(troubled.state)).toEqual(essenceOf(calm.state));
        expect(calm.state.ledger.tries).toBe(0);
      }),
      { numRuns: 40, seed: SEED },
    );
  });
});
