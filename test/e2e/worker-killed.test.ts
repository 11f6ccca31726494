import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pathsIn } from '../../app/paths.ts';
import { waitFor } from '../support/wait-for.ts';
import { commitsOf, keptOf, pullsOf } from './support/left-behind.ts';
import { explain, outcomeOf } from './support/person.ts';
import { productConfig } from './support/product.ts';
import type { Running } from './support/program.ts';
import { isReady, startWorker } from './support/program.ts';
import { isAtWork, lateLines } from './support/pulses.ts';
import { useVolume } from './support/use-volume.ts';
import { TEST_MS } from './support/use-world.ts';

// prettier-ignore
const ROWS = `
      - { name: development, work: 'agent: developer', leave: [{ gate: ci, poll: 200ms }], pass: testing, fail: development }
      - { name: testing,     work: 'agent: tester',    leave: [tests],                     pass: done,    fail: development }`;
/** Without a heartbeat of its own a try is silent for a minute before it counts as dead: longer than these tests. */
const LOOKS = 'trouble: 500ms, person: 2s, retry: 50ms, debounce: 20ms';
const [STEADY, HASTY] = ['DIES', 'STOPS'];

function yaml(script: string): string {
  const project = (key: string, pipeline: string): string =>
    productConfig(key, script, {
      roles: ['developer', 'tester'],
      project: `    sweep: 1s\n    pipeline: ${pipeline}`,
    })
      .replace('projects:', '')
      .replace(/(developer: .*)scripted\.mjs/, '$1pulse.mjs');
  const table = (name: string, looks: string): string => `  ${name}:\n    stages:${ROWS}\n    looks: { ${looks} }`;
  return [
    'projects:',
    project(STEADY, 'steady'),
    project(HASTY, 'hasty'),
    'pipelines:',
    table('steady', LOOKS),
    table('hasty', `${LOOKS}, heartbeat: 4s`),
  ].join('\n');
}

const volume = useVolume({ yaml, script: {} });
const running: Running[] = [];

afterEach(async () => {
  for (const worker of running.splice(0)) {
    worker.kill('SIGCONT');
    await worker.stop();
  }
}, TEST_MS);

async function start(name: string, queues?: string): Promise<Running> {
  const worker = await startWorker(volume(), name, queues === undefined ? {} : { CONVEYOR_WORKER_QUEUES: queues });
  running.push(worker);
  return worker;
}

/** The end of a task whose only agent run was tried again: nothing tells that it was. */
async function expectAsIfNothingHappened(key: string): Promise<void> {
  expect(await outcomeOf(volume(), key)).toBe('done');
  const { ledger } = await explain(volume(), key);
  expect(ledger).toMatchObject({ bounces: {}, total: 0, inconclusive: {}, stale: 0, tries: 0, agentRuns: 2 });
  expect(ledger.usage).toMatchObject({ tokensIn: 200, tokensOut: 40 });
  const place = { ...volume(), project: projectOf(key) };
  expect((await pullsOf(place)).filter(({ marker }) => marker.startsWith(`${key}#`))).toHaveLength(1);
  const commits = await commitsOf(place, key);
  expect(commits).toHaveLength(1);
  const kept = await keptOf(place, key);
  expect(Object.keys(kept)).toHaveLength(2);
  expect(new Set(Object.values(kept))).toEqual(new Set(commits));
}

function projectOf(key: string) {
  const project = Object.values(volume().config.projects).find((one) => key.startsWith(`${one.key}-`));
  if (!project) throw new Error(`No project has ${key}`);
  return project;
}

/** Which worker has the task's agent. */
async function workerOf(key: string): Promise<number> {
  const logs = pathsIn(volume().config.data).agentLogs;
  return waitFor(async () => {
    const name = (await readdir(logs)).find((file) => file.startsWith(`${key}-`) && file.endsWith('.lock'));
    if (name === undefined) return undefined;
    const lock: { worker: { pid: number } } = JSON.parse(await readFile(join(logs, name), 'utf8'));
    return lock.worker.pid;
  }, `the lock of ${key}`);
}

/** Whether the worker has reported, or tried to report, all it was at. */
async function isIdle({ pid }: Running): Promise<boolean> {
  const { workers } = pathsIn(volume().config.data);
  const own = (await readdir(workers)).find((name) => name.split('.').includes(String(pid)));
  return (await readdir(join(workers, own ?? ''))).every((name) => !name.endsWith('.try'));
}

it(
  'SIGKILL in the middle of an agent run: the old tree is dead before the next try writes, and all is as if nothing had been',
  async () => {
    const first = await start('worker');
    const key = await volume().enter('Greet');
    await isAtWork(volume(), `${key}-1`);
    first.kill('SIGKILL');
    await first.ended;
    // Nobody has ended it: the worker was all there was.
    await isAtWork(volume(), `${key}-1`);
    const killed = performance.now();
    await start('worker');
    await isAtWork(volume(), `${key}-2`);
    expect(performance.now() - killed, 'long before the heartbeat timeout').toBeLessThan(45_000);
    expect(await lateLines(volume(), `${key}-1`, `${key}-2`)).toEqual([]);
    await volume().release(`go-${key}-2`);
    await expectAsIfNothingHappened(key);
    expect(await lateLines(volume(), `${key}-1`, `${key}-2`)).toEqual([]);
  },
  TEST_MS,
);

describe('with agents on a queue of their own', () => {
  const HUB = 'control,tracker,release';

  it(
    'SIGKILL of one of two workers on a volume: its agent is ended and tried again, the other one works on untouched',
    async () => {
      const [, one, other] = [await start('hub', HUB), await start('one', 'agents'), await start('other', 'agents')];
      await Promise.all([isReady(one), isReady(other)]);
      // Two at a time on each worker: of three, none is alone.
      const keys = [await volume().enter('One'), await volume().enter('Two'), await volume().enter('Three')];
      for (const key of keys) await isAtWork(volume(), `${key}-1`);
      const owners = await Promise.all(keys.map(workerOf));
      const mine = keys.filter((_key, index) => owners[index] === one.pid);
      const others = keys.filter((_key, index) => owners[index] === other.pid);
      expect([...mine, ...others].toSorted()).toEqual(keys.toSorted());
      expect(mine.length * others.length).toBe(2);

      one.kill('SIGKILL');
      await one.ended;
      const again = await start('one', 'agents');
      for (const key of mine) await isAtWork(volume(), `${key}-2`);
      for (const key of others) await isAtWork(volume(), `${key}-1`);
      for (const key of mine) await volume().release(`go-${key}-2`);
      for (const key of others) await volume().release(`go-${key}-1`);
      for (const key of keys) await expectAsIfNothingHappened(key);
      for (const key of mine) expect(await lateLines(volume(), `${key}-1`, `${key}-2`)).toEqual([]);
      expect(again.pid).not.toBe(one.pid);
    },
    TEST_MS,
  );

  it(
    'SIGTERM, as a deploy does it: after the grace the agent is ended and handed over, and nothing is charged',
    async () => {
      await start('hub', HUB);
      const old = await start('old', 'agents');
      const key = await volume().enter('Deployed');
      await isAtWork(volume(), `${key}-1`);
      await start('new', 'agents');
      old.kill('SIGTERM');
      expect(await old.ended).toEqual({ exitCode: 0, signal: undefined });
      await isAtWork(volume(), `${key}-2`);
      await volume().release(`go-${key}-2`);
      await expectAsIfNothingHappened(key);
      expect(await lateLines(volume(), `${key}-1`, `${key}-2`)).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'SIGSTOP past the heartbeat, then SIGCONT: another worker has taken over, and what comes late is refused',
    async () => {
      const { config } = volume();
      const hasty = config.projects[HASTY];
      await start('hub', HUB);
      const asleep = await start('asleep', 'agents');
      const [ended, working] = [await volume().enter('Ended', hasty), await volume().enter('Working', hasty)];
      for (const key of [ended, working]) await isAtWork(volume(), `${key}-1`);
      asleep.kill('SIGSTOP');
      // One agent comes to its end meanwhile, and its worker will wake up to a good result; the other is at work.
      await volume().release(`go-${ended}-1`);
      await start('awake', 'agents');
      for (const key of [ended, working]) await isAtWork(volume(), `${key}-2`);
      expect(await lateLines(volume(), `${working}-1`, `${working}-2`)).toEqual([]);
      asleep.kill('SIGCONT');
      await waitFor(() => isIdle(asleep), 'both late tries to come to an end', 60_000);
      for (const key of [ended, working]) {
        // Still undisturbed, although the one that woke up has tidied up.
        await isAtWork(volume(), `${key}-2`);
        await volume().release(`go-${key}-2`);
      }
      for (const key of [ended, working]) await expectAsIfNothingHappened(key);
    },
    TEST_MS,
  );
});

it('leaves no lock and no folder of a worker behind', async () => {
  const { agentLogs, workers } = pathsIn(volume().config.data);
  expect((await readdir(agentLogs)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  expect(await readdir(workers)).toEqual([]);
});
