import { describe, expect, it } from 'vitest';
import type { CardRole } from '../../../domain/card.ts';
import { pending } from '../../../domain/verdict.ts';
import { approved, approvedUpTo } from '../support/approved.ts';
import { deliver } from '../support/deliver.ts';
import type { Delivery } from '../support/deliver.ts';
import { meanwhile, red, times } from '../support/script.ts';
import { moveCard } from '../support/world.ts';

type Moved = CardRole | 'other';
type Situation =
  | 'approval'
  | 'question'
  | 'waits'
  | 'works'
  | 'lane'
  | 'held'
  | 'held approval'
  | 'held question'
  | 'landed'
  | 'finish or revert';

/** A task in each of the situations in which a person may move its card. */
const SITUATIONS: Record<Situation, () => Delivery> = {
  approval: () => {
    const task = deliver();
    task.go();
    return task;
  },
  question: () => approved({ script: { ci: times(3, red('unit is red')) } }),
  waits: () => {
    const task = approvedUpTo('ci', { script: { ci: times(9, pending('unit')) } });
    task.once();
    return task;
  },
  works: () => approvedUpTo('developer'),
  lane: () => approvedUpTo('candidate'),
  held: () => heldIn(SITUATIONS.waits()),
  'held approval': () => heldIn(SITUATIONS.approval()),
  'held question': () => heldIn(SITUATIONS.question()),
  landed: () => {
    const task = approvedUpTo('health', { script: { health: [pending('the window to pass')] } });
    task.once();
    return task;
  },
  'finish or revert': () =>
    approved({ script: { promote: [meanwhile(({ send }) => send({ kind: 'abort-asked', by: 'ops' }))] } }),
};

function heldIn(task: Delivery): Delivery {
  task.moves('blocked');
  look(task);
  return task;
}

/** Between two steps, or while it waits, as the workflow does on a nudge from the tracker. */
function look(task: Delivery): void {
  if (task.next().kind === 'wait') task.look('tracker');
  else task.send({ kind: 'card-seen', card: task.world.card, by: 'nudge' });
}

/** `!`: and one comment. `again`: and the asking state is written again. */
type Meaning =
  | 'nothing'
  | 'nothing!'
  | 'again!'
  | 'approve'
  | 'reject'
  | 'retry'
  | 'finish'
  | 'hold'
  | 'hold!'
  | 'lift'
  | 'lift approve'
  | 'lift reject'
  | 'abort'
  | 'later';

/** What a person's move means, column by column of the table of tracker states. */
// prettier-ignore
const TABLE: Record<Moved, Record<Situation, Meaning>> = {
  entry:      { approval: 'again!',  question: 'retry',    waits: 'nothing',  works: 'nothing',  lane: 'nothing',  held: 'lift',     'held approval': 'lift',         'held question': 'lift',     landed: 'nothing',  'finish or revert': 'finish' },
  asking:     { approval: 'nothing', question: 'hold',     waits: 'hold',     works: 'hold',     lane: 'hold',     held: 'nothing',  'held approval': 'lift',         'held question': 'nothing',  landed: 'hold',     'finish or revert': 'hold' },
  approved:   { approval: 'approve', question: 'nothing!', waits: 'nothing!', works: 'nothing!', lane: 'nothing!', held: 'nothing!', 'held approval': 'lift approve', 'held question': 'nothing!', landed: 'nothing!', 'finish or revert': 'nothing!' },
  rejected:   { approval: 'reject',  question: 'nothing!', waits: 'nothing!', works: 'nothing!', lane: 'nothing!', held: 'nothing!', 'held approval': 'lift reject',  'held question': 'nothing!', landed: 'nothing!', 'finish or revert': 'nothing!' },
  needsInput: { approval: 'hold',    question: 'nothing',  waits: 'hold',     works: 'hold',     lane: 'hold',     held: 'nothing',  'held approval': 'nothing',      'held question': 'lift',     landed: 'hold',     'finish or revert': 'nothing' },
  blocked:    { approval: 'hold',    question: 'hold',     waits: 'hold',     works: 'hold',     lane: 'hold',     held: 'nothing',  'held approval': 'nothing',      'held question': 'nothing',  landed: 'hold',     'finish or revert': 'hold' },
  done:       { approval: 'hold!',   question: 'hold!',    waits: 'hold!',    works: 'hold!',    lane: 'hold!',    held: 'nothing!', 'held approval': 'nothing!',     'held question': 'nothing!', landed: 'hold!',    'finish or revert': 'hold!' },
  cancelled:  { approval: 'abort',   question: 'abort',    waits: 'abort',    works: 'abort',    lane: 'abort',    held: 'abort',    'held approval': 'abort',        'held question': 'abort',    landed: 'later',    'finish or revert': 'again!' },
  other:      { approval: 'hold!',   question: 'hold!',    waits: 'hold!',    works: 'hold!',    lane: 'hold!',    held: 'nothing!', 'held approval': 'nothing!',     'held question': 'nothing!', landed: 'hold!',    'finish or revert': 'hold!' },
};

const ROWS = Object.entries(TABLE).flatMap(([role, meanings]) =>
  Object.entries(meanings).map(([situation, meaning]) => ({
    role: role as Moved,
    situation: situation as Situation,
    meaning,
  })),
);

type State = Delivery['state'];

function meaningOf(before: State, after: State): string {
  const comment = after.remark ? '!' : '';
  const answer = before.question && !after.question ? answerOf(before, after) : undefined;
  if (after.end?.outcome === 'aborted') return 'abort';
  if (before.hold && !after.hold) return ['lift', answer].filter(Boolean).join(' ');
  if (answer) return answer;
  if (!before.hold && after.hold) return `hold${comment}`;
  if (!before.abort && after.abort) return 'later';
  return `${before.cardWritten !== undefined && after.cardWritten === undefined ? 'again' : 'nothing'}${comment}`;
}

function answerOf({ question }: State, after: State): string {
  if (question?.cause === 'approval') return after.approvals.at(-1)?.answer ?? 'nothing';
  return after.end?.outcome === 'done' ? 'finish' : 'retry';
}

describe('a person moves the card', () => {
  it.each(ROWS)('to $role, $situation: $meaning', ({ role, situation, meaning }) => {
    const task = SITUATIONS[situation]();
    const before = task.state;
    // Already there: nobody can move it to where it stands.
    if (task.world.card.kind === 'card' && task.world.card.role === role) moveCard(task.world, 'other');
    task.moves(role);
    look(task);
    expect(meaningOf(before, task.state)).toBe(meaning);
    if (meaning.startsWith('hold')) expect(task.state.hold?.by).toBe('pat');
    if (/^(nothing|again)/.test(meaning)) expect(task.state.question).toEqual(before.question);
    if (!['retry', 'finish', 'abort', 'lane'].includes(meaning))
      expect(task.state.ledger.total).toBe(before.ledger.total);
  });

  it.each(ROWS.filter(({ meaning }) => meaning !== 'abort' && meaning !== 'finish'))(
    'to $role, $situation: the same move is never acted on twice, and told at most once',
    ({ role, situation }) => {
      const task = SITUATIONS[situation]();
      task.moves(role);
      look(task);
      const { question, hold, abort, cardAt } = task.state;
      for (let looks = 0; looks < 3; looks++) {
        task.send({ kind: 'card-seen', card: task.world.card, by: 'nudge' });
        expect(task.state).toMatchObject({ ...(question && { question: { number: question.number } }) });
        expect({ hold: task.state.hold, abort: task.state.abort, cardAt: task.state.cardAt }).toEqual({
          hold,
          abort,
          cardAt,
        });
      }
      if (!task.state.landed) task.go();
      expect(task.world.comments.length).toBeLessThanOrEqual(1);
    },
  );

  it('to Approved, found by the hourly look alone, is as good as a nudge', () => {
    const task = deliver();
    task.go();
    task.moves('approved');
    task.look();
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('to In Progress lifts a hold without answering, and the question is written on the card again', () => {
    const task = SITUATIONS['held question']();
    task.moves('entry');
    task.look('tracker');
    task.go();
    expect(task.state.question).toMatchObject({ number: 2, cause: 'cap' });
    expect(task.world.card).toMatchObject({ role: 'needsInput', moved: { ours: true } });
  });

  it('after landing stops nothing: the delivery is finished first', () => {
    for (const role of ['blocked', 'done', 'approved', 'other'] as const) {
      const task = SITUATIONS.landed();
      task.moves(role);
      task.look('tracker');
      expect(task.go().end).toMatchObject({ outcome: 'done' });
      expect(task.world.comments).toEqual([]);
    }
  });
});

describe('a card that is no answer', () => {
  const asking = SITUATIONS.approval;

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
    expect(task.lines('reminder')).toEqual(['reminder 1']);
    expect(task.trace.length - lines).toBe(21);
  });
});

describe('a card that was deleted', () => {
  it('becomes a question, and retry looks again without running an agent', () => {
    const task = SITUATIONS.waits();
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

describe('held cards switched off', () => {
  it.each(['blocked', 'needsInput'] as const)('%s stops nothing, and lifts what it held before', (role) => {
    for (const situation of ['waits', 'lane', 'held'] as const) {
      const task = SITUATIONS[situation]();
      task.moves(role);
      if (task.world.card.kind === 'card') task.world.card = { ...task.world.card, holds: 'nothing' };
      look(task);
      expect(task.state.hold).toBeUndefined();
      expect(task.go().end).toMatchObject({ outcome: 'done' });
      expect(task.world.comments).toEqual([]);
    }
  });

  it('a question still waits for its answer', () => {
    const task = SITUATIONS.approval();
    task.moves('blocked');
    if (task.world.card.kind === 'card') task.world.card = { ...task.world.card, holds: 'nothing' };
    look(task);
    task.go();
    expect(task.state.question).toMatchObject({ number: 1, told: 'told' });
    expect(task.next()).toMatchObject({ kind: 'wait', why: 'question' });
  });
});
