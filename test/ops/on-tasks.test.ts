/** The commands on real tasks: a world with workers, intake and local providers on the run's server. */

import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { createOpsDeps } from '../../app/ops-deps.ts';
import { TEST_MS, useWorld } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/person.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Given, Ran } from './support.ts';
import { conveyor } from './support.ts';

const world = useWorld();

async function run(argv: readonly string[], given: Given = {}): Promise<Ran> {
  const { folder } = world();
  const { address, namespace } = inject('temporal');
  const env = {
    CONVEYOR_CONFIG: join(folder, 'conveyor.yaml'),
    CONVEYOR_DATA: join(folder, 'data'),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    USER: 'ada',
  };
  const { io: _, ...deps } = createOpsDeps(env, { stderr: { write: () => true } });
  return conveyor(argv, { ...deps, ...given });
}

const json = async (argv: readonly string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await run([...argv, '--json'])).stdout) as Record<string, unknown>;

const add = (title: string): Promise<string> =>
  world().board.addCard({ project: world().project.key, title, body: '', by: 'ada' });

const asking = (key: string): Promise<unknown> =>
  until(world(), key, 'a question', ({ question }) => question?.told === 'told');

/** What was really sent; nudges apart. */
async function signalsOf(key: string): Promise<string[]> {
  const { events } = await world().client.workflow.getHandle(`task/${key}`).fetchHistory();
  const names = (events ?? []).map((event) => event.workflowExecutionSignaledEventAttributes?.signalName);
  return names.filter((name) => name !== undefined && name !== null && name !== 'nudge') as string[];
}

describe('a task', () => {
  it(
    'is paused, resumed, aborted and reopened, and each command tells what is so then',
    async () => {
      const key = await world().enter({ title: 'Greet the visitor' });
      await asking(key);
      for (const verb of ['pause', 'abort']) {
        expect(await json([verb, key, '--dry-run'])).toMatchObject({ outcome: 'would' });
      }
      expect(await signalsOf(key)).toEqual([]);

      expect(await json(['pause', key])).toMatchObject({
        outcome: 'seen',
        status: 'paused',
        sentence: 'paused by ada',
      });
      expect(await json(['pause', key])).toMatchObject({ outcome: 'already', status: 'paused' });
      expect(await json(['resume', key])).toMatchObject({ outcome: 'seen', status: 'asking' });
      const early = await run(['reopen', key]);
      expect([early.exit, early.stderr]).toEqual([4, expect.stringContaining(`${key} has not ended (`)]);

      expect(await json(['abort', key, '--yes', '--reason', 'no longer wanted'])).toMatchObject({
        outcome: 'seen',
        status: 'aborted',
      });
      await waitFor(
        async () => (await world().client.workflow.getHandle(`task/${key}`).describe()).closeTime,
        'the end',
        TEST_MS,
      );
      expect(await json(['abort', key, '--yes'])).toMatchObject({ outcome: 'already' });

      const would = await run(['reopen', key, '--dry-run'], { tty: 'tty' });
      expect(would.stdout).toBe(
        `would move ${key} from Cancelled to In Progress as ada; the intake starts run 2, if nothing holds it back\n`,
      );
      expect(await json(['reopen', key, '--reason', 'wanted after all'])).toMatchObject({
        outcome: 'moved',
        run: 1,
        from: 'Cancelled',
        to: 'In Progress',
      });
      await until(world(), key, 'its second run', ({ spec }) => spec.run === 2);
      await json(['abort', key, '--yes']);
    },
    TEST_MS,
  );
});

describe('a project', () => {
  it(
    'is frozen and unfrozen; meanwhile items wait in a queue that explain and queue show',
    async () => {
      const { key: project } = world().project;
      expect((await run(['freeze', project, '--reason', 'release week', '--dry-run'])).exit).toBe(0);
      expect(await json(['queue', project])).toMatchObject({ projects: [{ freeze: null }] });

      expect(await json(['freeze', project, '--reason', 'release week'])).toMatchObject({
        outcome: 'done',
        freeze: { by: 'ada' },
      });
      expect(await json(['freeze', project, '--reason', 'again'])).toMatchObject({
        outcome: 'already',
        freeze: { by: 'ada', reason: 'release week' },
      });
      const key = await world().enter({ title: 'Say goodbye' });
      const shown = await waitFor(
        async () => {
          const found = await json(['explain', key]);
          return found['source'] === 'intake' ? found : undefined;
        },
        'its place in the queue',
        TEST_MS,
        200,
      );
      expect(shown).toMatchObject({
        key,
        title: 'Say goodbye',
        place: 1,
        sentence: 'place 1 of 1 at the intake: waits: the project is frozen by ada: release week',
        next: `conveyor unfreeze ${project}`,
      });
      const reopened = await run(['reopen', key]);
      expect([reopened.exit, reopened.stderr]).toEqual([4, expect.stringContaining('is in In Progress already')]);
      expect((await run(['queue', project])).stdout).toMatch(new RegExp(`^${project}\t1\t${key}\tnone\t`));

      const unfrozen = await json(['unfreeze', project]);
      expect(unfrozen).toMatchObject({
        outcome: 'done',
        freeze: null,
        sentence: expect.stringContaining('frozen by ada'),
      });
      await asking(key);
      expect(await json(['stats', project])).toMatchObject({
        projects: [{ source: 'worker', open: { asking: expect.any(Number) }, intake: { started: expect.any(Number) } }],
      });
      await json(['abort', key, '--yes']);
    },
    TEST_MS,
  );
});

describe('an item without a task', () => {
  it('explain says where its card is and which command starts it', async () => {
    const key = await add('Say hello');
    const { stdout, stderr, exit } = await run(['explain', key], { tty: 'tty' });
    expect([stdout, stderr, exit]).toEqual([
      `${key}: Say hello\n${key} is in Backlog: move it to In Progress to start it\n`,
      `→ conveyor board move ${key} "In Progress"\n`,
      0,
    ]);
    expect((await run(['explain', key])).stdout).toContain(`now\t${key} is in Backlog`);
  });

  it('reopen --dry-run tells what would become of a card that never had a task, and moves nothing', async () => {
    const key = await add('Say hello');
    expect(await json(['reopen', key, '--dry-run'])).toMatchObject({ outcome: 'would', run: null, from: 'Backlog' });
    expect((await json(['explain', key]))['state']).toBe('Backlog');
  });

  it.each([
    ['a key of no card', () => `${world().project.key}-999`, 'no card'],
    ['a project nobody configured', () => 'NOWHERE-1', 'unknown project "NOWHERE"'],
  ])('explain of %s is one clear error', async (_what, key, says) => {
    const { stdout, stderr, exit } = await run(['explain', key()]);
    expect([stdout, exit]).toEqual(['', 1]);
    expect(stderr).toContain(`There is no task ${key()}`);
    expect(stderr).toContain(says);
  });

  it('queue and freeze of a project whose intake does not run say how to start it', async () => {
    for (const argv of [
      ['queue', 'NOWHERE'],
      ['freeze', 'NOWHERE', '--reason', 'x'],
    ]) {
      const { stderr, exit } = await run(argv);
      expect([stderr, exit]).toEqual([expect.stringContaining('→ conveyor setup'), 1]);
    }
  });
});
