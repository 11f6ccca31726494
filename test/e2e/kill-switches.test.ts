import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import { pathsIn } from '../../app/paths.ts';
import {
  freezeUpdate,
  nudgeSignal,
  projectWorkflowId,
  taskWorkflowId,
  unfreezeUpdate,
} from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { decide, explain, outcomeOf, statusOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { git } from './support/repository.ts';
import { createSwitchBoard } from './support/switches.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import type { World } from './support/world.ts';

const { off, over, timesRead, readAgain } = createSwitchBoard();

afterEach(() => off.clear());

describe('before the lane', () => {
  let lost = false;
  let hidden = false;
  let looks = 0;
  const world = useWorld({
    yaml: tableConfig(`      - { name: work, work: 'agent: developer', leave: [ci], pass: done, fail: work }`, {
      roles: ['developer'],
    }),
    drop: () => lost,
    ports: ({ switches, forge }) => ({
      switches: over(switches),
      forge: {
        ...forge,
        statuses: async (repo, sha) => {
          looks += 1;
          return hidden ? [] : forge.statuses(repo, sha);
        },
      },
    }),
  });

  afterEach(() => {
    lost = false;
    hidden = false;
  });

  /** A task whose check is not there yet, and that no webhook reaches. */
  async function waitingForItsCheck(sentence: string): Promise<string> {
    lost = true;
    hidden = true;
    const key = await world().enter();
    await until(world(), key, sentence, (view) => view.status === 'waiting' && view.sentence.includes(sentence));
    return key;
  }

  async function isGreen(key: string): Promise<boolean> {
    const { ports, project } = world();
    const head = (await statusOf(world(), key))?.subjects.head ?? '';
    return (await ports.forge.statuses(project.repo, head)).some(({ state }) => state === 'success');
  }

  it(
    'CONVEYOR_GATE_TIMERS_ENABLED: off, a timer reads nothing; on, it heals the wait',
    async () => {
      off.add('CONVEYOR_GATE_TIMERS_ENABLED');
      const key = await waitingForItsCheck('timers are off');
      hidden = false;
      const before = looks;
      await readAgain('CONVEYOR_GATE_TIMERS_ENABLED');
      expect(looks).toBe(before);
      // In the moment of a look the status is `working`.
      await until(world(), key, 'its wait', ({ stage, status }) => stage === 'work' && status === 'waiting');
      expect(looks).toBe(before);

      off.clear();
      expect(await outcomeOf(world(), key)).toBe('done');
      expect((await explain(world(), key)).ledger.wakes.nudge).toBe(0);
    },
    TEST_MS,
  );

  it(
    'CONVEYOR_GATE_TIMERS_ENABLED: off, a nudge still reads',
    async () => {
      off.add('CONVEYOR_GATE_TIMERS_ENABLED');
      const key = await waitingForItsCheck('timers are off');
      hidden = false;
      await waitFor(() => isGreen(key), 'the green check', 60_000, 80);
      await world().client.workflow.getHandle(taskWorkflowId(key)).signal(nudgeSignal, { source: 'forge' });
      expect(await outcomeOf(world(), key)).toBe('done');
    },
    TEST_MS,
  );

  it(
    'CONVEYOR_INTAKE_SWEEP_ENABLED: off, a card enters by webhook only; on, a sweep finds it',
    async () => {
      lost = true;
      off.add('CONVEYOR_INTAKE_SWEEP_ENABLED');
      const [seen, swept] = [await world().enter(), await world().enter()];
      await readAgain('CONVEYOR_INTAKE_SWEEP_ENABLED');
      expect(await startedOf(seen, swept)).toEqual([]);

      // One webhook, one sweep: a second one could come late and see the next card as well.
      await world().moveCard(seen, 'blocked');
      lost = false;
      await world().moveCard(seen, 'entry');
      await waitFor(async () => (await startedOf(seen)).length > 0, `${seen} to start`, 60_000, 80);

      lost = true;
      const third = await world().enter();
      await readAgain('CONVEYOR_INTAKE_SWEEP_ENABLED');
      expect(await startedOf(third)).toEqual([]);
      off.clear();
      expect(await outcomeOf(world(), third)).toBe('done');
    },
    TEST_MS,
  );

  it(
    'CONVEYOR_RESPECT_HELD_CARDS: on, a blocked card stops its task; off, it stops nothing',
    async () => {
      const [stopped, going] = [await waitingForItsCheck('check'), await waitingForItsCheck('check')];
      lost = false;
      await world().moveCard(stopped, 'blocked');
      await until(world(), stopped, 'the hold', ({ status }) => status === 'held');

      off.add('CONVEYOR_RESPECT_HELD_CARDS');
      const before = timesRead('CONVEYOR_RESPECT_HELD_CARDS');
      await world().moveCard(going, 'blocked');
      await waitFor(() => timesRead('CONVEYOR_RESPECT_HELD_CARDS') > before, 'a look at the card', 60_000);
      hidden = false;
      expect(await outcomeOf(world(), going)).toBe('done');
      // The next look at the card lets go of what was held while the switch was on.
      expect(await outcomeOf(world(), stopped)).toBe('done');
    },
    TEST_MS,
  );

  it(
    'CONVEYOR_NOTIFICATIONS_ENABLED: off, a question is asked and nobody notified; on, he is',
    async () => {
      off.add('CONVEYOR_NOTIFICATIONS_ENABLED');
      const key = await world().enter({ script: { developer: [{ verdict: 'needs-input', summary: 'which?' }] } });
      await until(world(), key, 'the question', ({ question }) => question?.told === 'told');
      expect(timesRead('CONVEYOR_NOTIFICATIONS_ENABLED')).toBeGreaterThan(0);
      expect(await notifiedAbout(key)).toBe(false);

      off.clear();
      await decide(world(), key, { number: 1, answer: 'retry', words: 'try again' });
      await until(world(), key, 'the next one', ({ question }) => question?.number === 2 && question.told === 'told');
      await waitFor(() => notifiedAbout(key), 'the notification');
      await decide(world(), key, { number: 2, answer: 'abort' });
      expect(await outcomeOf(world(), key)).toBe('aborted');
    },
    TEST_MS,
  );

  async function startedOf(...keys: string[]): Promise<string[]> {
    const { workflow } = world().client;
    const started = keys.map(async (key) => {
      const there = await workflow
        .getHandle(taskWorkflowId(key))
        .describe()
        .catch(() => undefined);
      return there ? [key] : [];
    });
    return (await Promise.all(started)).flat();
  }

  async function notifiedAbout(key: string): Promise<boolean> {
    const sent = await readFile(pathsIn(world().config.data).notifications, 'utf8').catch(() => '');
    return sent.includes(`${key}#`);
  }
});

describe('in the lane', () => {
  // prettier-ignore
  const ROWS = `
      - { name: work,    work: 'agent: developer', leave: [ci], pass: try-out, fail: work }
      - { name: try-out, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging],
          pass: go-live, fail: work, lane: product }
      - { name: go-live, prepare: land, enter: [fresh], work: 'action: promote', leave: [health],
          pass: done, fail: work, lane: product, compensate: [restore, revert] }`;
  let sandboxFails = false;
  let elsewhere = false;
  let listed: string[] | undefined;
  const world = useWorld({
    yaml: tableConfig(ROWS, { roles: ['developer'], project: '    policy: { sandboxChecks: [C9a] }' }),
    ports: ({ switches, environments, artifacts }) => ({
      switches: { ...over(switches), listed: () => listed },
      environments: { ...environments, check: async (of) => (sandboxFails ? SANDBOX_FAILS : environments.check(of)) },
      artifacts: { ...artifacts, find: async (image, digest) => builtFrom(await artifacts.find(image, digest)) },
    }),
  });
  const SANDBOX_FAILS: Awaited<ReturnType<Ports['environments']['check']>> = [
    { id: 'C1', category: 'real', outcome: 'pass', detail: '' },
    { id: 'C9a', category: 'sandbox-infra', outcome: 'fail', detail: 'the sandbox account is locked' },
  ];

  afterEach(() => {
    sandboxFails = false;
    elsewhere = false;
    listed = undefined;
  });

  function builtFrom<Found extends { revision: string }>(found: Found | undefined): Found | undefined {
    return found && elsewhere ? { ...found, revision: 'e'.repeat(40) } : found;
  }

  /** A task that asks, why, and the number of its question. */
  async function asking(key: string): Promise<{ why: string; number: number }> {
    const { question } = await until(world(), key, 'a question', (view) => view.question?.told === 'told');
    return { why: question?.why ?? '', number: question?.number ?? 0 };
  }

  it(
    'CONVEYOR_STAGING_INFRA_TOLERANCE_ENABLED: off, a sandbox that fails goes to operators; on, it is waived',
    async () => {
      sandboxFails = true;
      off.add('CONVEYOR_STAGING_INFRA_TOLERANCE_ENABLED');
      const key = await world().enter();
      const { why, number } = await asking(key);
      expect(why).toContain('only sandbox checks failed (C9a)');

      off.clear();
      await decide(world(), key, { number, answer: 'retry' });
      expect(await outcomeOf(world(), key)).toBe('done');
      const { log, ledger } = await explain(world(), key);
      const judged = log.filter(({ what, kind }) => what === 'staging' && kind !== 'pending');
      expect(judged.map(({ kind }) => kind)).toEqual(['asks', 'waived']);
      expect(ledger.total).toBe(0);
    },
    TEST_MS,
  );

  it.each([
    ['CONVEYOR_IMAGE_FRESHNESS_ENABLED', () => void off.add('CONVEYOR_IMAGE_FRESHNESS_ENABLED')],
    ['CONVEYOR_IMAGE_FRESHNESS_REPOS', () => void (listed = ['another-repository'])],
  ])(
    '%s: on for the repository, an image of another commit stops the release; off, it is only reported',
    async (_name, turnOff) => {
      elsewhere = true;
      listed = [world().project.repo];
      const key = await world().enter();
      const { why, number } = await asking(key);
      expect(why).toContain('was built from eeeeeee');
      expect(await liveIn(world())).not.toBe((await statusOf(world(), key))?.subjects.artifact?.digest);

      turnOff();
      await decide(world(), key, { number, answer: 'retry' });
      expect(await outcomeOf(world(), key)).toBe('done');
      const { log, subjects } = await explain(world(), key);
      expect(log.findLast(({ what }) => what === 'fresh')).toMatchObject({
        kind: 'pass',
        say: expect.stringContaining('only reported'),
      });
      expect(await liveIn(world())).toBe(subjects.artifact?.digest);
    },
    TEST_MS,
  );

  it(
    'project freeze: frozen, the work before the lane goes on and nothing lands; unfrozen, it does',
    async () => {
      const key = await world().enter({ script: { developer: [{ waitFor: 'frozen' }] } });
      const working = async (): Promise<boolean> => (await world().prompts(key, 'developer')).length > 0;
      await waitFor(working, 'the developer at work', 60_000, 80);
      const intake = world().client.workflow.getHandle(projectWorkflowId(world().project.key));
      await intake.executeUpdate(freezeUpdate, { args: [{ by: 'ada', reason: 'the fair' }] });
      const base = await git(world(), 'rev-parse', 'main');
      await world().release('frozen');
      const frozen = (sentence: string): boolean => sentence.includes('the freeze by ada: the fair');
      await until(world(), key, 'the freeze', ({ sentence }) => frozen(sentence));
      const { subjects, stage } = await explain(world(), key);
      expect(stage).toBe('try-out');
      expect(await git(world(), 'rev-parse', 'main')).toBe(base);

      await intake.executeUpdate(unfreezeUpdate, { args: [{ by: 'ada' }] });
      expect(await outcomeOf(world(), key)).toBe('done');
      expect(await git(world(), 'rev-parse', 'main')).toBe(subjects.candidate?.sha);
    },
    TEST_MS,
  );
});

/** The digest production says it runs. */
async function liveIn({ ports, project }: World): Promise<string | undefined> {
  const name = ports.environments.name(project.key, 'production');
  return (await ports.environments.running(project.key, name))?.digest;
}
