import { describe, expect, it } from 'vitest';
import type { CardRole } from '../../../domain/card.ts';
import { pending } from '../../../domain/verdict.ts';
import { approved, approvedUpTo } from '../support/approved.ts';
import { deliver } from '../support/deliver.ts';
import type { Delivery } from '../support/deliver.ts';
import { red, times } from '../support/script.ts';
import { moveCard } from '../support/world.ts';

type Moved = CardRole | 'other';
type Situation = 'an approval is asked' | 'another question is asked' | 'nothing is asked' | 'it is held';

/** A task that waits, in each of the situations in which a person may find its card. */
const SITUATIONS: Record<Situation, () => Delivery> = {
  'an approval is asked': () => {
    const task = deliver();
    task.go();
    return task;
  },
  'another question is asked': () => approved({ script: { ci: times(3, red('unit is red')) } }),
  'nothing is asked': () => {
    const task = approvedUpTo('ci', { script: { ci: times(9, pending('unit')) } });
    task.once();
    return task;
  },
  'it is held': () => {
    const task = approved({ script: { ci: times(3, red('unit is red')) } });
    task.moves('blocked');
    task.look('tracker');
    return task;
  },
};

type Meaning = 'approve' | 'reject' | 'retry' | 'hold' | 'lift' | 'abort' | 'nothing';

/** What a person's move means, column by column of the table of tracker states. */
const TABLE: Record<Moved, Record<Situation, Meaning>> = {
  // prettier-ignore
  entry:      { 'an approval is asked': 'nothing', 'another question is asked': 'retry',   'nothing is asked': 'nothing', 'it is held': 'lift' },
  // prettier-ignore
  asking:     { 'an approval is asked': 'nothing', 'another question is asked': 'hold',    'nothing is asked': 'hold',    'it is held': 'nothing' },
  // prettier-ignore
  approved:   { 'an approval is asked': 'approve', 'another question is asked': 'nothing', 'nothing is asked': 'nothing', 'it is held': 'nothing' },
  // prettier-ignore
  rejected:   { 'an approval is asked': 'reject',  'another question is asked': 'nothing', 'nothing is asked': 'nothing', 'it is held': 'nothing' },
  // prettier-ignore
  needsInput: { 'an approval is asked': 'hold',    'another question is asked': 'nothing', 'nothing is asked': 'hold',    'it is held': 'nothing' },
  // prettier-ignore
  blocked:    { 'an approval is asked': 'hold',    'another question is asked': 'hold',    'nothing is asked': 'hold',    'it is held': 'nothing' },
  // prettier-ignore
  done:       { 'an approval is asked': 'hold',    'another question is asked': 'hold',    'nothing is asked': 'hold',    'it is held': 'nothing' },
  // prettier-ignore
  cancelled:  { 'an approval is asked': 'abort',   'another question is asked': 'abort',   'nothing is asked': 'abort',   'it is held': 'abort' },
  // prettier-ignore
  other:      { 'an approval is asked': 'hold',    'another question is asked': 'hold',    'nothing is asked': 'hold',    'it is held': 'nothing' },
};

const ROWS = Object.entries(TABLE).flatMap(([role, meanings]) =>
  Object.entries(meanings).map(([situation, meaning]) => ({
    role: role as Moved,
    situation: situation as Situation,
    meaning,
  })),
);

function answerOf(state: Delivery['state']): Meaning {
  return state.approvals.at(-1)?.answer ?? 'nothing';
}

function meaningOf(before: Delivery['state'], after: Delivery['state']): Meaning {
  if (after.end) return 'abort';
  if (before.hold && !after.hold) return 'lift';
  if (!before.hold && after.hold) return 'hold';
  if (before.question && !after.question) return before.question.cause === 'approval' ? answerOf(after) : 'retry';
  return 'nothing';
}

describe('a person moves the card', () => {
  it.each(ROWS)('to $role while $situation: $meaning', ({ role, situation, meaning }) => {
    const task = SITUATIONS[situation]();
    const before = task.state;
    task.moves(role);
    task.look('tracker');
    expect(meaningOf(before, task.state)).toBe(meaning);
    if (meaning === 'hold') expect(task.state.hold?.by).toBe('pat');
    if (meaning === 'nothing') expect(task.state.question).toEqual(before.question);
  });

  it('to Approved, found by the hourly look alone, is as good as a nudge', () => {
    const task = deliver();
    task.go();
    task.moves('approved');
    task.look();
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('to In Progress lifts a hold without answering, and the question is written on the card again', () => {
    const task = SITUATIONS['it is held']();
    task.moves('entry');
    task.look('tracker');
    task.go();
    expect(task.state.question).toMatchObject({ number: 2, cause: 'cap' });
    expect(task.world.card).toMatchObject({ role: 'needsInput', moved: { ours: true } });
  });

  it('after landing stops nothing: the delivery is finished first', () => {
    for (const role of ['blocked', 'cancelled', 'other'] as const) {
      const task = approvedUpTo('health', { script: { health: [pending('the window to pass')] } });
      task.once();
      task.moves(role);
      task.look('tracker');
      expect(task.go().end).toMatchObject({ outcome: 'done' });
    }
  });
});

describe('a card that is no answer', () => {
  const asking = SITUATIONS['an approval is asked'];

  it.each([
    { what: 'moved by ourselves', move: { by: 'conveyor', at: 9e9, ours: true } },
    { what: 'moved before the question was asked', move: { by: 'pat', at: 1, ours: false } },
    { what: 'without any history', move: undefined },
  ])('$what stands in Approved: it is not taken, and the asking state is written again', ({ move }) => {
    const task = asking();
    moveCard(task.world, 'approved', move);
    task.look();
    task.go();
    expect(task.state.question).toMatchObject({ number: 1, told: 'told' });
    expect(task.state.approvals).toEqual([]);
    expect(task.world.card).toMatchObject({ role: 'asking' });
    expect(task.lines('card →')).toEqual(['card → asking']);
  });

  it('and vanishes again and again is written again each time, and nobody is told twice', () => {
    const task = asking();
    for (let round = 0; round < 5; round++) {
      moveCard(task.world, 'entry', { by: 'pat', at: 0, ours: false });
      task.look();
      task.go();
    }
    expect(task.lines('card →')).toHaveLength(5);
    expect(task.lines('question')).toHaveLength(1);
    task.moves('approved');
    task.look('tracker');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('but a hold is never written over, however old the move', () => {
    const task = asking();
    moveCard(task.world, 'blocked', { by: 'pat', at: 1, ours: false });
    task.look();
    task.go();
    expect(task.state.hold).toBeDefined();
    expect(task.world.card).toMatchObject({ role: 'blocked' });
  });

  it('is only looked at: a card that shows what we wrote changes nothing and tells nobody', () => {
    const task = asking();
    const lines = task.trace.length;
    for (let look = 0; look < 20; look++) {
      task.look();
      task.go();
    }
    expect(task.lines('question', 'card')).toHaveLength(1);
    expect(task.trace.length - lines).toBe(20);
  });
});

describe('a card that was deleted', () => {
  it('becomes a question, and retry looks again without running an agent', () => {
    const task = SITUATIONS['nothing is asked']();
    task.world.card = { kind: 'gone' };
    task.look('tracker');
    expect(task.state.question).toMatchObject({ cause: 'asks', why: 'the card was deleted' });
    task.go();
    task.decide('retry');
    task.go();
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger.agentRuns).toBe(5);
  });

  it('after landing does not stop the watch over production', () => {
    const task = approvedUpTo('health', { script: { health: times(3, pending('the window to pass')) } });
    task.once();
    task.world.card = { kind: 'gone' };
    task.look('tracker');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });
});
