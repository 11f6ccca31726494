import { describe, expect, it } from 'vitest';
import { createReadFreeze } from '../../app/freeze.ts';
import { freezeSignal, freezeUpdate, taskWorkflowId, unfreezeUpdate } from '../../workflows/messages.ts';
import { intakeHandle, intakeOf, untilIntake } from './support/intake.ts';
import { answerApproval, explain, outcomeOf, until } from './support/person.ts';
import { git } from './support/repository.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

describe('a frozen project', () => {
  const world = useWorld();

  it(
    'lands nothing and lets nothing in while work before the lane goes on; unfrozen it finishes both',
    async () => {
      const key = await world().enter({ script: { developer: [{ waitFor: 'frozen' }] } });
      await answerApproval(world(), key, 'approve');
      await until(world(), key, 'development', ({ stage }) => stage === 'development');
      const intake = intakeHandle(world());
      await expect(intake.executeUpdate(freezeUpdate, { args: [{ by: ' ' }] })).rejects.toMatchObject({
        cause: { message: '"by" says who asks; expected {"by": "you", "reason": "…"}.' },
      });
      const { project } = world();
      expect(await intake.executeUpdate(freezeUpdate, { args: [{ by: 'ada', reason: 'a fair' }] })).toEqual(
        `${project.key} is frozen by ada: a fair. Nothing lands and nothing is let in until it is unfrozen.`,
      );
      const base = await git(world(), 'rev-parse', project.base);
      await world().release('frozen');

      const late = await world().enter();
      const view = await untilIntake(world(), 'the late item', ({ waiting }) => waiting.length === 1);
      expect(view.waiting).toMatchObject([{ key: late, sentence: 'waits: the project is frozen by ada: a fair' }]);
      const held = await until(world(), key, 'the merge gate', ({ status, sentence }) => {
        return status === 'waiting' && sentence.includes('freeze');
      });
      expect(held).toMatchObject({
        stage: 'deploy-staging',
        sentence: 'waiting for the end of the freeze by ada: a fair',
      });
      expect(await git(world(), 'rev-parse', project.base)).toEqual(base);
      await expect(world().client.workflow.getHandle(taskWorkflowId(late)).describe()).rejects.toThrow('not found');

      // A second freeze changes nothing, and neither does one that nobody can read.
      await intake.signal(freezeSignal, { by: 'ben' });
      expect((await intakeOf(world())).freeze).toMatchObject({ by: 'ada', reason: 'a fair' });
      expect(await createReadFreeze(world().client)(project.key)).toMatchObject({ by: 'ada', reason: 'a fair' });

      expect(await intake.executeUpdate(unfreezeUpdate, { args: [{ by: 'ada' }] })).toEqual(
        `${project.key} was unfrozen by ada; 1 open task looks again.`,
      );
      expect(await createReadFreeze(world().client)(project.key)).toBeUndefined();
      expect(await outcomeOf(world(), key)).toEqual('done');
      await answerApproval(world(), late, 'approve');
      expect(await outcomeOf(world(), late)).toEqual('done');
      expect((await explain(world(), key)).ledger.total).toEqual(0);
    },
    TEST_MS,
  );
});
