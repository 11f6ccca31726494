import { describe, expect, it } from 'vitest';
import { answerApproval, outcomeOf } from './support/person.ts';
import { withWorld } from './support/world.ts';

describe('delivered', () => {
  it('carries a card from In Progress to production', async () => {
    await withWorld({}, async (world) => {
      const key = await world.enter();
      await answerApproval(world, key, 'approve');
      expect(await outcomeOf(world, key)).toEqual('done');
    });
  });
});
