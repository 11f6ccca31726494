import { beforeEach, describe, expect, it } from 'vitest';
import { createTrackerActivities } from '../../activities/tracker.ts';
import type { CardAnswer, CardInput } from '../../activities/tracker.ts';
import { PortError } from '../../activities/ports.ts';
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
const question: CardInput = {
  spec,
  role: 'asking',
  notes: [{ marker: 'DEMO-1#1/question/1', markdown: 'Approve?' }],
  notice: { marker: 'DEMO-1#1/question/1', text: 'DEMO-1 asks: Approve?' },
};

let world: FakeWorld;
let write: (input: CardInput) => Promise<CardAnswer>;

beforeEach(() => {
  const made = createFakePorts();
  world = made.world;
  world.tracker.cards.push({ key: 'DEMO-1', title: 'Greet', body: '', stateName: 'In Progress', role: 'entry' });
  const activities = createTrackerActivities(made.ports);
  write = (input) => activities.writeCard(input);
});

describe('a write to the card', () => {
  it('says everything before the state asks', async () => {
    await write(question);
    expect(writes()).toEqual(['tracker.comment', 'tracker.move']);
    expect(world.tracker.comments).toMatchObject([{ marker: 'DEMO-1#1/question/1', markdown: 'Approve?' }]);
    expect(world.tracker.cards).toMatchObject([{ role: 'asking' }]);
  });

  it.each(['tracker.comment', 'tracker.move'])(
    'that died at %s has the effect of one when it is made again',
    async (call) => {
      world.trouble.set(call, new PortError('Test.Away', 'it does not answer'));
      await expect(write(question)).rejects.toThrow('it does not answer');
      expect(world.tracker.cards).toMatchObject([{ role: 'entry' }]);
      world.trouble.clear();
      await write(question);
      expect(world.tracker.comments).toHaveLength(1);
      expect(world.tracker.cards).toMatchObject([{ role: 'asking' }]);
    },
  );

  it('sends its notice along, once', async () => {
    expect(await write(question)).toEqual({ notice: 'sent' });
    expect(await write(question)).toEqual({ notice: 'sent' });
    expect(world.sent).toEqual(new Map([['DEMO-1#1/question/1', 'DEMO-1 asks: Approve?']]));
  });

  it('without notes only moves it', async () => {
    expect(await write({ spec, role: 'done', notes: [] })).toEqual({ notice: 'none' });
    expect(writes()).toEqual(['tracker.move']);
  });
});

function writes(): string[] {
  return world.calls.filter((call) => ['tracker.comment', 'tracker.move'].includes(call));
}
