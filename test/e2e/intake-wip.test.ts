import { describe, expect, it } from 'vitest';
import { taskWorkflowId } from '../../workflows/messages.ts';
import { ONE_ROW, untilIntake, withIntake, writeOnCard } from './support/intake.ts';
import { outcomeOf, until } from './support/person.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

describe('a project that takes one task at a time', () => {
  const world = useWorld({ yaml: ONE_ROW, config: withIntake({ wip: 1 }) });

  it(
    'lets items in by priority, then by turn; one that is blocked takes no place and waits for its blocker',
    async () => {
      const first = await world().enter({ script: { architect: [{ waitFor: 'the first' }] } });
      await until(world(), first, 'its start', () => true);
      const plain = await enter('Plain', 'priority: none');
      const urgent = await enter('Urgent', 'priority: urgent');
      const blocked = await enter('Blocked', `priority: urgent\nblockedBy: [${plain}, ${world().project.key}-999]`);
      const high = await enter('High', 'priority: high');

      const full = await untilIntake(world(), 'four items that wait', ({ waiting }) => waiting.length === 4);
      expect(full.waiting.map(({ key }) => key)).toEqual([urgent, blocked, high, plain]);
      expect(full.waiting.map(({ place }) => place)).toEqual([1, 2, 3, 4]);
      expect(full.waiting.map(({ sentence }) => sentence)).toEqual([
        'waits for one of 1 place; it is next',
        'waits for one of 1 place; 1 before it',
        'waits for one of 1 place; 2 before it',
        'waits for one of 1 place; 3 before it',
      ]);
      expect(full).toMatchObject({ open: 1, wip: 1 });

      await world().release('the first');
      const sentence = `waits until ${plain} is done`;
      await untilIntake(world(), 'the blocked one', ({ waiting }) =>
        waiting.some((item) => item.sentence === sentence),
      );
      for (const key of [first, urgent, high, plain, blocked]) expect(await outcomeOf(world(), key)).toEqual('done');
      expect(await inOrderOfStart([first, urgent, high, plain, blocked])).toEqual(5);
    },
    TEST_MS,
  );

  it(
    'forgets an item that leaves the entry state while it waits',
    async () => {
      const first = await world().enter({ script: { architect: [{ waitFor: 'the other' }] } });
      await until(world(), first, 'its start', () => true);
      const left = await enter('Left', 'priority: low');
      await untilIntake(world(), 'the item', ({ waiting }) => waiting.some(({ key }) => key === left));
      await world().moveCard(left, 'blocked');
      await untilIntake(world(), 'nobody', ({ waiting }) => waiting.length === 0);
      await world().release('the other');
      expect(await outcomeOf(world(), first)).toEqual('done');
      await untilIntake(world(), 'an empty project', ({ open }) => open === 0);
      await expect(world().client.workflow.getHandle(taskWorkflowId(left)).describe()).rejects.toThrow('not found');
    },
    TEST_MS,
  );

  async function enter(title: string, lines: string): Promise<string> {
    const { board, project } = world();
    const key = await board.addCard({ project: project.key, title, body: 'Please.', by: 'ada' });
    await writeOnCard(world(), key, lines);
    await world().moveCard(key, 'entry');
    return key;
  }

  /** Each started after the one before it had ended; answers how many there were. */
  async function inOrderOfStart(keys: readonly string[]): Promise<number> {
    let ended = 0;
    for (const key of keys) {
      const { startTime, closeTime } = await world().client.workflow.getHandle(taskWorkflowId(key)).describe();
      expect(startTime.getTime(), key).toBeGreaterThanOrEqual(ended);
      ended = closeTime?.getTime() ?? Number.POSITIVE_INFINITY;
    }
    return keys.length;
  }
});
