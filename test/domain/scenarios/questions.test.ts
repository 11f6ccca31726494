import { describe, expect, it } from 'vitest';
import { DEFAULT_PIPELINE } from '../../../domain/default-pipeline.ts';
import { pass, pending } from '../../../domain/verdict.ts';
import { approved, approvedUpTo } from '../support/approved.ts';
import { deliver } from '../support/deliver.ts';
import type { Delivery } from '../support/deliver.ts';
import { meanwhile, red, times, USUAL } from '../support/script.ts';
import type { Scripted } from '../support/script.ts';

const HOUR = 3_600_000;

function asking(): Delivery {
  return approved({ script: { ci: times(3, red('unit is red')) } });
}

/** Lets the clock run, as the workflow's timers do; nobody does anything. */
function wait(task: Delivery, ms: number): void {
  const until = task.now + ms;
  while (task.now < until) {
    task.look();
    task.go();
  }
}

describe('a question that stays open', () => {
  it('is said again after 4, 24 and 72 hours, and then no more', () => {
    const task = asking();
    const askedAt = task.state.question?.toldAt ?? 0;
    const sent: number[] = [];
    while (task.now - askedAt < 200 * HOUR) {
      const before = task.lines('reminder').length;
      task.look();
      task.go();
      if (task.lines('reminder').length > before) sent.push(Math.floor((task.now - askedAt) / HOUR));
    }
    expect(task.lines('reminder')).toEqual(['reminder 1', 'reminder 2', 'reminder 3']);
    expect(sent).toEqual([4, 24, 72]);
    expect(task.state.ledger.agentRuns).toBe(5);
  });

  it('is said again at its time by a timer of its own, also when the looks are days apart', () => {
    const looks = { ...DEFAULT_PIPELINE.looks, personMs: 1_000 * HOUR, remindMs: [5 * HOUR] };
    const task = approved({ pipeline: { ...DEFAULT_PIPELINE, looks }, script: { ci: times(3, red('unit is red')) } });
    const { toldAt = 0 } = task.state.question ?? {};
    expect(task.next()).toMatchObject({ kind: 'wait', remindAt: toldAt + 5 * HOUR });
    task.look();
    expect(task.now).toBe(toldAt + 5 * HOUR);
    task.go();
    expect(task.lines('reminder')).toEqual(['reminder 1']);
    expect(task.next()).not.toHaveProperty('remindAt');
  });

  it('is said once for all the reminders that were slept through', () => {
    const looks = { ...DEFAULT_PIPELINE.looks, personMs: 80 * HOUR };
    const late = approved({ pipeline: { ...DEFAULT_PIPELINE, looks }, script: { ci: times(3, red('unit is red')) } });
    late.send({ kind: 'held', by: 'pat' });
    late.look();
    late.send({ kind: 'unheld', by: 'pat' });
    late.go();
    wait(late, HOUR);
    expect(late.lines('reminder')).toEqual(['reminder 3']);
  });

  it.each([
    { what: 'held', put: { kind: 'held', by: 'pat' } as const },
    { what: 'paused', put: { kind: 'paused', by: 'ops' } as const },
  ])('sends nothing while the task is $what', ({ put }) => {
    const task = asking();
    task.send(put);
    wait(task, 100 * HOUR);
    expect(task.lines('reminder')).toEqual([]);
  });

  it('is not mentioned any more once it is answered', () => {
    const task = asking();
    wait(task, 3 * HOUR);
    task.decide('retry');
    task.goTo('ci');
    expect(task.lines('reminder')).toEqual([]);
  });

  it('of a table from before there were reminders is asked once', () => {
    const { remindMs: _none, ...looks } = DEFAULT_PIPELINE.looks;
    const task = approved({ pipeline: { ...DEFAULT_PIPELINE, looks }, script: { ci: times(3, red('unit is red')) } });
    wait(task, 100 * HOUR);
    expect(task.lines('reminder')).toEqual([]);
  });
});

describe('the message of a question that is open no more', () => {
  const closings: [what: string, close: (task: Delivery) => void, how: string, task?: () => Delivery][] = [
    ['a decision', (task) => task.decide('retry', 'go on'), 'answered: retry by pat'],
    [
      'a decision for a stage',
      (task) => task.decide('back', undefined, { stage: 'analysis' }),
      'answered: back to analysis by pat',
    ],
    ['a move of the card', (task) => (task.moves('entry'), task.look('tracker')), 'answered: retry by pat'],
    ['an abort', (task) => task.send({ kind: 'abort-asked', by: 'ops' }), 'no longer asked: aborted by ops'],
    [
      'the gate itself',
      (task) => task.look('forge'),
      'no longer asked: all green',
      () => {
        const atLast: Scripted = ({ state }) => (state.question ? pass('all green') : pending('unit'));
        return approved({ script: { ci: times(60, atLast) } });
      },
    ],
  ];

  it.each(closings)('after %s is edited with the next write to the card, once', (_what, close, how, open = asking) => {
    const task = open();
    close(task);
    if (!task.state.closed?.some(({ number }) => number === 2)) task.go(() => (task.state.closed?.length ?? 0) > 1);
    expect(task.state.closed?.at(-1)).toMatchObject({ number: 2, how, message: 'asks' });
    task.go((step) => step.kind !== 'write-card');
    expect(task.state.closed?.at(-1)).toMatchObject({ number: 2, message: 'edited' });
    const writes = task.lines('card →').length;
    task.once();
    expect(task.lines('card →')).toHaveLength(writes);
  });

  it('is edited also when the card already stands where it goes on', () => {
    const task = asking();
    task.moves('entry');
    task.look('tracker');
    task.once();
    expect(task.state.closed?.at(-1)).toMatchObject({ number: 2, message: 'edited' });
  });

  it('is edited also when the answer came while people were being told', () => {
    const answered = meanwhile(({ send }) =>
      send({ kind: 'decided', decision: { number: 2, answer: 'retry', by: 'pat' } }),
    );
    const task = approvedUpTo('ask', { script: { ci: times(3, red('unit is red')), ask: [USUAL, answered] } });
    task.once();
    expect(task.state.closed?.at(-1)).toMatchObject({ number: 2, message: 'asks' });
    expect(task.once()).toBe(true);
    expect(task.state.closed?.at(-1)).toMatchObject({ number: 2, message: 'edited' });
  });

  it('is never sent when nobody was told', () => {
    const task = approvedUpTo('ask', { script: { ci: times(3, red('unit is red')) } });
    task.decide('retry');
    task.go();
    expect(task.state.closed?.find(({ number }) => number === 2)).toMatchObject({ message: 'none' });
  });

  it('explains itself in the refusal of a later answer, for the last five questions', () => {
    const task = deliver({ script: {} });
    task.go();
    task.decide('approve');
    task.go((step) => step.kind === 'agent');
    task.decide('approve', undefined, { number: 1 });
    expect(task.trace.at(-1)).toBe(
      'pat: approve (refused: SHOP-1 asks nothing at the moment; question 1 is not open (answered: approve by pat).)',
    );
  });
});

describe('waits of a person that come to their end', () => {
  it.each([
    ['tracker', { drivenByNudge: 1, healedByTimer: 0 }],
    [undefined, { drivenByNudge: 0, healedByTimer: 1 }],
  ] as const)('by a look that %s brought are counted by it', (nudge, counted) => {
    const task = asking();
    task.moves('entry');
    task.look(nudge);
    expect(task.state.ledger).toMatchObject(counted);
  });

  it('by a command are counted as neither', () => {
    const task = asking();
    task.decide('retry');
    expect(task.state.ledger).toMatchObject({ drivenByNudge: 0, healedByTimer: 0 });
  });
});

describe('a move to Approved by somebody who is not on the list', () => {
  it('is no answer: they are told who may, and the card asks again', () => {
    const task = deliver({ approvers: ['ada', 'cleo'] });
    task.go();
    expect(task.state.question).toMatchObject({ cause: 'approval', approvers: ['ada', 'cleo'] });
    task.moves('approved');
    task.look('tracker');
    task.go();
    expect(task.state.approvals).toEqual([]);
    expect(task.world.comments.map(({ markdown }) => markdown)).toEqual([
      'pat may not answer question 1: ada and cleo may.',
    ]);
    expect(task.world.card).toMatchObject({ role: 'asking', moved: { ours: true } });

    task.moves('approved', 'ada');
    task.look('tracker');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.lines('(approval)')).toHaveLength(1);
  });
});
