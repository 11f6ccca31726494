import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { provePipeline } from '../../domain/prove-pipeline.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import type { Happening } from './support/chaos.ts';
import { happen, happening, luck } from './support/chaos.ts';
import type { Delivery } from './support/deliver.ts';
import { deliver } from './support/deliver.ts';
import { alwaysHolds } from './support/invariants.ts';
import { usableTable } from './support/tables.ts';
import { moveCard } from './support/world.ts';

const SEED = 20_261_122;
const MOST_STEPS = 400;
const MOST_ANSWERS = 40;

const numbers = fc.array(fc.nat(60), { maxLength: 150 });
const happenings = fc.array(happening, { maxLength: 150 });
const production = fc.constantFrom('running' as const, 'empty' as const);
const storm = fc.record({ pipeline: usableTable, numbers, happenings, production });
type Storm = { pipeline: Pipeline; numbers: number[]; happenings: Happening[]; production: 'running' | 'empty' };

/** A task to which all of it happened, with every rule checked at every event. */
function through({ pipeline, numbers, happenings, production }: Storm): Delivery {
  const task = deliver({ pipeline, production, script: luck(numbers), observe: alwaysHolds(pipeline) });
  for (const what of happenings) happen(task, what);
  return task;
}

/** From now on everybody answers as usual; stops at what only a person can move. */
function settle(task: Delivery): void {
  task.calm();
  if (task.world.card.kind === 'gone') moveCard(task.world, 'entry', { by: 'conveyor', at: task.now, ours: true });
  let steps = 0;
  task.go(() => ++steps > MOST_STEPS);
  expect(steps).toBeLessThan(MOST_STEPS);
}

/** A person who lifts holds and answers what is asked, each time with another of the offered answers. */
function attend(task: Delivery): void {
  moveCard(task.world, 'entry', { by: 'conveyor', at: task.now, ours: true });
  for (let answers = 0; !task.state.end && answers < MOST_ANSWERS; answers++) {
    task.send({ kind: 'unheld', by: 'pat' });
    task.send({ kind: 'resumed', by: 'pat' });
    settle(task);
    const { question } = task.state;
    const offered = question?.answers.filter(
      (answer) => answer === 'approve' || answer === 'retry' || answer === 'revert',
    );
    const answer = offered?.[answers % offered.length];
    if (answer) task.decide(answer, 'go on');
  }
}

describe('whatever happens to a task', () => {
  it('it ends, or waits for a named person, and every rule holds at every event', () => {
    fc.assert(
      fc.property(storm, (all) => {
        const task = through(all);
        settle(task);
        const step = task.next();
        const { question, hold, pause } = task.state;
        if (step.kind === 'finish') return;
        expect(step).toMatchObject({ kind: 'wait', ms: expect.any(Number) });
        expect(question?.told === 'told' || hold !== undefined || pause !== undefined).toBe(true);
      }),
      { numRuns: 80, seed: SEED },
    );
  });

  it('it is done or aborted once a person has answered', () => {
    fc.assert(
      fc.property(storm, (all) => {
        const task = through(all);
        attend(task);
        expect(task.state.end, task.trace.slice(-12).join('\n')).toBeDefined();
        expect(task.state.lease).toBeUndefined();
      }),
      { numRuns: 60, seed: SEED },
    );
  });

  it('a step that was answered is not asked for again unless something has changed', () => {
    fc.assert(
      fc.property(storm, ({ pipeline, numbers, production }) => {
        const task = deliver({ pipeline, production, script: luck(numbers) });
        for (let steps = 0; steps < 150; steps++) {
          const before = { step: task.next(), state: { ...task.state, log: 0 } };
          if (!task.once()) break;
          expect({ step: task.next(), state: { ...task.state, log: 0 } }).not.toEqual(before);
        }
      }),
      { numRuns: 30, seed: SEED },
    );
  });

  it('agents run no more often than the table allows before a person is asked anything but an approval', () => {
    fc.assert(
      fc.property(storm, ({ pipeline, numbers }) => {
        const proof = provePipeline(pipeline);
        if (proof.kind !== 'proven') throw new Error('the table is proven');
        const task = deliver({ pipeline, script: luck(numbers) });
        for (let approvals = 0; approvals < 20; approvals++) {
          task.go(() => task.state.question !== undefined && task.state.question.cause !== 'approval');
          if (task.state.question?.cause !== 'approval') break;
          task.decide('approve');
        }
        expect(task.state.ledger.agentRuns).toBeLessThanOrEqual(proof.worstCase.agentRuns);
      }),
      { numRuns: 60, seed: SEED },
    );
  });
});
