import { beforeEach, describe, expect, it } from 'vitest';
import { createTrackerActivities } from '../../activities/tracker.ts';
import type { TrackerActivities } from '../../activities/tracker.ts';
import type { CardInput } from '../../activities/write-card.ts';
import type { Ports } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import type { CardRole } from '../../domain/card.ts';
import type { FakeWorld } from '../fakes/ports.ts';
import { createFakePorts } from '../fakes/ports.ts';

const spec = {
  key: 'DEMO-1',
  run: 1,
  project: 'DEMO',
  repo: 'demo',
  base: 'main',
  title: 'Greet',
  branch: 'task/DEMO-1',
};
const marker = 'DEMO-1#1/question/1';
const question: CardInput = {
  spec,
  role: 'asking',
  notes: [{ marker, markdown: 'Approve? Move it to {state:approved}.' }],
  notices: [{ marker, topic: marker, text: 'DEMO-1 asks', project: 'DEMO' }],
};
const ended = { key: 'DEMO-1', run: 1, outcome: 'done', drivenByNudge: 3, healedByTimer: 1 } as const;
const done: CardInput = { spec, role: 'done', notes: [], ended };

let world: FakeWorld;
let ports: Ports;
let activities: TrackerActivities;

beforeEach(() => {
  ({ ports, world } = createFakePorts());
  world.tracker.cards.push({ key: 'DEMO-1', title: 'Greet', body: '', stateName: 'In Progress', role: 'entry' });
  activities = createTrackerActivities(ports);
});

/** Somebody moves the card; without `at` nobody knows, as after an edit of its file. */
function moves(role: CardRole | 'other', at?: number): void {
  const [card] = world.tracker.cards;
  if (!card) throw new Error('there is a card');
  delete card.moved;
  Object.assign(card, {
    role,
    stateName: role,
    ...(at === undefined ? {} : { moved: { by: 'ada', at, ours: false } }),
  });
}

describe('a write to the card', () => {
  it('says everything before the state asks, in the names of the project, and reads it back', async () => {
    world.states = { ...world.states, approved: 'Accepted' };
    await activities.writeCard(question);
    expect(asked()).toEqual(['look', 'comment', 'move', 'look']);
    expect(world.tracker.comments).toMatchObject([{ marker, markdown: 'Approve? Move it to Accepted.' }]);
    expect(world.tracker.cards).toMatchObject([{ role: 'asking' }]);
  });

  it.each(['tracker.comment', 'tracker.move', 'tracker.look'])(
    'that died at %s has the effect of one when it is made again',
    async (call) => {
      world.trouble.set(call, new PortError('Test.Away', 'it does not answer'));
      await expect(activities.writeCard(question)).rejects.toThrow('it does not answer');
      expect(world.tracker.cards).toMatchObject([{ role: 'entry' }]);
      world.trouble.clear();
      await activities.writeCard(question);
      expect(world.tracker.comments).toHaveLength(1);
      expect(world.tracker.cards).toMatchObject([{ role: 'asking' }]);
    },
  );

  it('sends its notices along, once', async () => {
    expect(await activities.writeCard(question)).toEqual({ kind: 'written', notices: 'sent' });
    expect(await activities.writeCard(question)).toEqual({ kind: 'written', notices: 'sent' });
    expect(world.sent).toEqual(new Map([[marker, 'DEMO-1 asks']]));
  });

  it('without notes only moves it', async () => {
    expect(await activities.writeCard({ spec, role: 'done', notes: [] })).toEqual({ kind: 'written', notices: 'none' });
    expect(asked()).toEqual(['look', 'move', 'look']);
  });

  it('to a card that was deleted tells people all the same', async () => {
    world.tracker.cards.length = 0;
    expect(await activities.writeCard(question)).toEqual({ kind: 'written', notices: 'sent' });
    expect(asked()).toEqual(['look']);
  });

  it('that another write undoes is made again', async () => {
    let undone = 2;
    const { tracker } = ports;
    const move: typeof tracker.move = async (...given) => {
      await tracker.move(...given);
      if (undone-- > 0) moves('entry', 0);
    };
    const other = createTrackerActivities({ ...ports, tracker: { ...bind(tracker), move } });
    await other.writeCard(question);
    expect(world.tracker.cards).toMatchObject([{ role: 'asking' }]);
    expect(undone).toBe(-1);
  });
});

describe('a move by somebody else that the task has not seen', () => {
  const cases: [what: string, arrange: () => void, known: CardInput['known'], answer: 'taken' | 'written'][] = [
    ['the first one, into the entry state,', () => moves('entry', 5), {}, 'written'],
    ['one into another state before anything was seen', () => moves('blocked', 5), {}, 'taken'],
    ['a newer one', () => moves('approved', 6), { movedAt: 5 }, 'taken'],
    ['the one it knows', () => moves('approved', 5), { movedAt: 5 }, 'written'],
    ['a newer one into the entry state', () => moves('entry', 6), { movedAt: 5 }, 'taken'],
    ['one without a history into a state that holds', () => moves('blocked'), { movedAt: 5 }, 'taken'],
    ['the same, when the task is held already', () => moves('blocked'), { movedAt: 5, held: true }, 'written'],
    ['one without a history into another state', () => moves('approved'), { movedAt: 5 }, 'written'],
  ];

  it.each(cases)('%s is not written over unless it is known', async (_what, arrange, known, kind) => {
    arrange();
    const [before] = structuredClone(world.tracker.cards);
    const answer = await activities.writeCard({ ...question, ...(known ? { known } : {}) });
    expect(answer.kind).toBe(kind);
    if (answer.kind === 'written') return;
    expect(answer.card).toMatchObject({ role: before?.role });
    expect(world.tracker.cards).toEqual([before]);
    expect({ comments: world.tracker.comments, sent: world.sent.size }).toEqual({ comments: [], sent: 0 });
  });

  it('older than our own newest one has been undone: it is written again', async () => {
    moves('approved', 5);
    Object.assign(world.tracker.cards[0] ?? {}, { wroteAt: 9 });
    expect(await activities.writeCard({ ...question, known: { movedAt: 1 } })).toMatchObject({ kind: 'written' });
  });
});

describe('the last write of a task', () => {
  it('is made whatever the card shows, and the project is told once it is there', async () => {
    moves('blocked', 9);
    await activities.writeCard(done);
    expect(world.tracker.cards).toMatchObject([{ role: 'done' }]);
    expect(world.ended).toEqual([ended]);
    expect(world.calls.at(-1)).toBe('tasks.ended');
  });

  it('is trouble, and the task has not ended, while something moves the card back each time', async () => {
    const { tracker } = ports;
    const move = async (): Promise<void> => moves('entry', 0);
    const other = createTrackerActivities({ ...ports, tracker: { ...bind(tracker), move } });
    await expect(other.writeCard(done)).rejects.toMatchObject({ type: 'Tracker.Undone', trouble: 'transient' });
    expect(world.ended).toEqual([]);
  });

  it('is not fought over: who moves the card afterwards may', async () => {
    const { tracker } = ports;
    const move: typeof tracker.move = async (...given) => {
      await tracker.move(...given);
      moves('other', world.clock + 1);
    };
    await createTrackerActivities({ ...ports, tracker: { ...bind(tracker), move } }).writeCard(done);
    expect(world.tracker.cards).toMatchObject([{ role: 'other' }]);
    expect(world.ended).toEqual([ended]);
  });

  it('counts for the project also when the card was deleted', async () => {
    world.tracker.cards.length = 0;
    await activities.writeCard(done);
    expect(world.ended).toEqual([ended]);
  });
});

describe('a look at the card', () => {
  it.each(['blocked', 'needsInput'] as const)('in %s holds, unless held cards are switched off', async (role) => {
    moves(role, 5);
    expect(await activities.readCard({ spec })).not.toHaveProperty('holds');
    world.off.add('CONVEYOR_RESPECT_HELD_CARDS');
    expect(await activities.readCard({ spec })).toMatchObject({ role, holds: 'nothing' });
  });

  it.each(['done', 'other', 'cancelled', 'entry'] as const)('in %s is the same in both positions', async (role) => {
    moves(role, 5);
    const before = await activities.readCard({ spec });
    world.off.add('CONVEYOR_RESPECT_HELD_CARDS');
    expect(await activities.readCard({ spec })).toEqual(before);
  });
});

it('a remark is one comment, however often it is made, in the names of the project', async () => {
  const remark = { marker: 'DEMO-1#1/card/5', markdown: 'To go on, move it to {state:entry}.' };
  await activities.remark({ spec, remark });
  await activities.remark({ spec, remark });
  expect(world.tracker.comments).toEqual([
    { key: 'DEMO-1', marker: remark.marker, markdown: 'To go on, move it to In Progress.' },
  ]);
});

/** The methods alone: the fake observes calls through a proxy. */
function bind(tracker: Ports['tracker']): Ports['tracker'] {
  return {
    changes: (...given) => tracker.changes(...given),
    item: (...given) => tracker.item(...given),
    look: (...given) => tracker.look(...given),
    move: (...given) => tracker.move(...given),
    comment: (...given) => tracker.comment(...given),
  };
}

/** What the tracker was asked, in order. */
function asked(): string[] {
  return world.calls.filter((call) => call.startsWith('tracker.')).map((call) => call.slice('tracker.'.length));
}
