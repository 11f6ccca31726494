import { describe, expect, it } from 'vitest';
import { encodeName } from '../../adapters/git/names.ts';
import { nudgeSignal, sweepSignal, taskWorkflowId } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { intakeHandle, intakeOf, ONE_ROW, untilIntake, withIntake, writeOnCard } from './support/intake.ts';
import { explain, outcomeOf, until } from './support/person.ts';
import { git } from './support/repository.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

describe('a task that ended', () => {
  // Everything is listed all the time, so that a full listing cannot revive what a sweep leaves alone.
  const world = useWorld({ yaml: ONE_ROW, config: withIntake({ fullSweepMs: 300 }) });

  it(
    'is not revived by late webhooks or by sweeps; a person who moves the card again has it delivered as run 2',
    async () => {
      const key = await world().enter();
      expect(await outcomeOf(world(), key)).toEqual('done');
      const first = await explain(world(), key);
      const { runId } = await describe();

      // The title changes the card, and every kind of message comes late.
      await writeOnCard(world(), key, 'priority: urgent');
      for (let n = 0; n < 3; n++) {
        await intakeHandle(world()).signal(nudgeSignal, { source: 'tracker' });
        await intakeHandle(world()).signal(sweepSignal);
        await sweeps(1);
      }
      await sweeps(2);
      expect((await describe()).runId).toEqual(runId);
      expect(await intakeOf(world())).toMatchObject({ open: 0, waiting: [], stats: { started: 1, reopened: 0 } });

      await world().moveCard(key, 'entry');
      await waitFor(async () => (await describe()).runId !== runId, 'run 2', 60_000, 80);
      expect(await outcomeOf(world(), key)).toEqual('done');
      const second = await explain(world(), key);
      expect(second.spec).toMatchObject({ run: 2, branch: `${first.branch}-run2` });
      expect(second.branch).toEqual(`${first.branch}-run2`);
      expect((await describe()).memo).toMatchObject({ title: first.spec.title, run: 2 });
      expect(await world().ports.tasks.state(key)).toEqual({ kind: 'closed', run: 2, at: expect.any(Number) });
      expect(second.pullRequest).toBeGreaterThan(first.pullRequest ?? Number.POSITIVE_INFINITY);
      const kept = [1, 2].map((run) => `refs/conveyor/attempts/${encodeName(`${key}#${run}/design/1/work`)}`);
      expect(await attempts(key)).toEqual(kept);
      await untilIntake(world(), 'its end', ({ open }) => open === 0);
      expect((await intakeOf(world())).stats).toMatchObject({ started: 2, reopened: 1 });

      async function describe() {
        return world().client.workflow.getHandle(taskWorkflowId(key)).describe();
      }
    },
    TEST_MS,
  );

  it(
    'from outside stays ended though its card stands in the entry state, and the queue says what would start it',
    async () => {
      const key = await world().enter({ script: { architect: [{ waitFor: 'the end' }, {}] } });
      await until(world(), key, 'its start', ({ ledger }) => ledger.agentRuns === 0);
      await world().client.workflow.getHandle(taskWorkflowId(key)).terminate('a test');
      await world().release('the end');
      expect(await world().ports.tasks.state(key)).toMatchObject({ kind: 'closed', run: 1, stopped: true });
      const view = await untilIntake(world(), 'the ended item', ({ waiting }) => {
        return waiting.some((one) => one.key === key && one.why?.kind === 'ended');
      });
      expect(view.waiting).toMatchObject([{ key, why: { kind: 'ended', run: 1 } }]);
      expect(view.waiting[0]?.sentence).toContain('move the card out of this state and into it again');
      await sweeps(2);
      expect((await intakeOf(world())).waiting).toMatchObject([{ key, why: { kind: 'ended', run: 1 } }]);

      await world().moveCard(key, 'blocked');
      await world().moveCard(key, 'entry');
      await until(world(), key, 'run 2', ({ spec }) => spec.run === 2);
      expect(await outcomeOf(world(), key)).toEqual('done');
    },
    TEST_MS,
  );

  /** So many more sweeps have been made. */
  async function sweeps(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const { lastSweepAt } = await intakeOf(world());
      await untilIntake(world(), 'another sweep', (view) => view.lastSweepAt !== lastSweepAt);
    }
  }

  /** Where what the agents made was kept, by the idempotency key of the attempt. */
  async function attempts(key: string): Promise<string[]> {
    const refs = await git(world(), 'for-each-ref', '--format=%(refname)', `refs/conveyor/attempts/${key}*`);
    return refs.split('\n');
  }
});
