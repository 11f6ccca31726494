import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../domain/pipeline.ts';
import { asks, fail, pending } from '../../domain/verdict.ts';
import { abortSignal, decideSignal, nudgeSignal, pauseSignal, resumeSignal } from '../../workflows/messages.ts';
import { counter } from '../support/rehearsal/part.ts';
import { rowsOf } from '../support/rehearsal/rehearsal.ts';
import type { Story } from '../support/rehearsal/rehearsal.ts';
import { runsOf } from '../support/rehearsal/runs.ts';
import { seeded } from '../support/seeded.ts';
import { waitFor } from '../support/wait-for.ts';
import { decide, outcomeOf, until } from './support/person.ts';
import { TEST_MS } from './support/use-open.ts';
import { useRehearsal } from './support/use-rehearsal.ts';

const AFTER_EVERY_STEP = 6;
const SEEDS = [1, 2, 3];
/** A run of the workflow lasts about that long. */
const LOOK_MS = 15;
const HOUR = 3_600_000;

/** Looks again after that many milliseconds, and each look ends a run of the workflow. */
function every(ms: number, pipeline: Pipeline): Pipeline {
  const pollMs = { first: ms, longest: ms };
  const quick = (gates: Pipeline['stages'][number]['leave']) => gates.map((gate) => ({ ...gate, pollMs }));
  return {
    ...pipeline,
    stages: pipeline.stages.map((stage) => ({ ...stage, enter: quick(stage.enter), leave: quick(stage.leave) })),
    looks: { ...pipeline.looks, personMs: ms, debounceMs: 1 },
  };
}

const WORK = rowsOf('development');

describe('what is said to a task while it continues as new', () => {
  const rehearsal = useRehearsal();

  it.concurrent.each(SEEDS)(
    'pause and resume are heard (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const gate = { open: false };
      const key = await start({
        pipeline: every(LOOK_MS, WORK),
        judge: (name) => (name === 'ci' && !gate.open ? pending('unit') : undefined),
      });
      await until(rehearsal(), key, 'its checks', ({ ledger }) => ledger.wakes.timer > 0);
      for (let round = 0; round < 3; round++) {
        await pause(random() * 2 * LOOK_MS);
        await handle(key).signal(pauseSignal, { by: 'ada' });
        await until(rehearsal(), key, `pause ${round}`, ({ status }) => status === 'paused');
        await pause(random() * 2 * LOOK_MS);
        await handle(key).signal(resumeSignal, { by: 'ada' });
        await until(rehearsal(), key, `resume ${round}`, ({ status }) => status !== 'paused');
      }
      gate.open = true;
      expect(await outcomeOf(rehearsal(), key)).toEqual('done');
      expect((await runsOf(rehearsal(), key)).length).toBeGreaterThan(6);
    },
    TEST_MS,
  );

  it.concurrent.each(SEEDS)(
    'decisions are taken once each, with their words (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const heard: string[] = [];
      const key = await start({
        pipeline: every(LOOK_MS, rowsOf('analysis')),
        agent: (_role, _run, { findings }) => {
          heard.push(...findings.map(({ text }) => text));
          return {};
        },
        judge: (name, _look, { approvals }) => {
          const given = approvals.at(-1);
          if (name !== 'approval' || given?.answer === 'approve') return undefined;
          return given ? fail(given.words ?? 'rejected') : asks('Approve the documents?');
        },
      });
      const words = ['first words', 'second words'];
      for (const [index, said] of words.entries()) {
        const number = index + 1;
        await asked(key, number);
        await pause(random() * 2 * LOOK_MS);
        const decision = { number, answer: 'reject', words: said } as const;
        if (random() < 0.5) await decide(rehearsal(), key, decision);
        else await handle(key).signal(decideSignal, { ...decision, by: 'ada' });
      }
      await asked(key, words.length + 1);
      await pause(random() * 2 * LOOK_MS);
      await decide(rehearsal(), key, { number: words.length + 1, answer: 'approve' });
      expect(await outcomeOf(rehearsal(), key)).toEqual('done');
      expect(heard).toEqual(words);
    },
    TEST_MS,
  );

  it.concurrent.each(SEEDS)(
    'an abort ends it, by signal or from the Web UI (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const starting = Array.from({ length: 2 }, () =>
        start({ pipeline: every(LOOK_MS, WORK), judge: (name) => (name === 'ci' ? pending('unit') : undefined) }),
      );
      const ends = starting.map(async (starts, index) => {
        const key = await starts;
        await until(rehearsal(), key, 'its checks', ({ ledger }) => ledger.wakes.timer > 0);
        await pause(random() * 2 * LOOK_MS);
        if (index % 2 === 0) await handle(key).signal(abortSignal, { by: 'ada' });
        else await handle(key).cancel();
        return [await outcomeOf(rehearsal(), key), rehearsal().card(key).role()];
      });
      expect(await Promise.all(ends)).toEqual(starting.map(() => ['aborted', 'cancelled']));
    },
    TEST_MS,
  );

  it.concurrent.each(SEEDS)(
    'every nudge leads to a look that comes after it (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const rounds = 10;
      let news = 0;
      let seen = -1;
      const key = await start({
        // No timer helps: what a lost nudge does not bring is never seen.
        pipeline: every(HOUR, WORK),
        judge: (name) => {
          if (name !== 'ci') return undefined;
          seen = news;
          return news < rounds ? pending('unit') : undefined;
        },
      });
      await waitFor(() => seen === 0, 'the first look', 60_000);
      for (let round = 1; round <= rounds; round++) {
        await pause(random() * LOOK_MS);
        news = round;
        await handle(key).signal(nudgeSignal, { source: 'forge' });
        await waitFor(() => seen === round, `the look after nudge ${round}`, 60_000, 1);
      }
      expect(await outcomeOf(rehearsal(), key)).toEqual('done');
      expect((await runsOf(rehearsal(), key)).length).toBeGreaterThan(rounds);
    },
    TEST_MS,
  );

  it.concurrent(
    'a nudge that came during the last look is carried along, debounced, and not heard twice',
    async () => {
      const debounceMs = 400;
      const looks: number[] = [];
      const work = every(HOUR, WORK);
      const key = await start({
        pipeline: { ...work, looks: { ...work.looks, debounceMs } },
        judge: async (name, look, { spec }) => {
          if (name !== 'ci') return undefined;
          looks.push(Date.now());
          if (look === 1) {
            for (let n = 0; n < 3; n++) await handle(spec.key).signal(nudgeSignal, { source: 'forge' });
          }
          return look <= 2 ? pending('unit') : undefined;
        },
      });
      await waitFor(() => looks.length === 2, 'the look after the nudges', 60_000);
      expect((looks[1] ?? 0) - (looks[0] ?? 0)).toBeGreaterThanOrEqual(debounceMs);
      await until(rehearsal(), key, 'its checks', ({ status }) => status === 'waiting');
      const nudges = (await runsOf(rehearsal(), key)).flatMap(({ continued }) => continued?.nudged ?? []);
      expect(nudges).toEqual(['forge']);
      await handle(key).signal(nudgeSignal, { source: 'forge' });
      expect(await outcomeOf(rehearsal(), key)).toEqual('done');
      expect(looks).toHaveLength(3);
    },
    TEST_MS,
  );

  it.concurrent(
    'while an agent runs it does not continue, however long its history grows',
    async () => {
      const count = counter();
      let done = (): void => undefined;
      const working = new Promise<void>((resolve) => (done = resolve));
      const key = await start({
        pipeline: every(LOOK_MS, WORK),
        agent: async () => {
          count('run');
          await working;
          return {};
        },
      });
      await until(rehearsal(), key, 'its agent', ({ stage }) => stage === 'development');
      const run = (await handle(key).describe()).runId;
      const grown = async (): Promise<boolean> => {
        await handle(key).signal(nudgeSignal, { source: 'tracker' });
        return (await handle(key).describe()).historyLength > AFTER_EVERY_STEP * 10;
      };
      await waitFor(grown, 'a long history', 60_000, 20);
      expect((await handle(key).describe()).runId).toEqual(run);
      done();
      expect(await outcomeOf(rehearsal(), key)).toEqual('done');
      // The first run of the workflow holds the whole of it, and there was one.
      expect((await runsOf(rehearsal(), key))[0]?.activities.filter((name) => name === 'runAgent')).toHaveLength(1);
      expect(count('run')).toEqual(2);
    },
    TEST_MS,
  );

  function start(story: Story): Promise<string> {
    return rehearsal().start({ ...story, continueAfterEvents: AFTER_EVERY_STEP });
  }

  function handle(key: string) {
    return rehearsal().handle(key);
  }

  async function asked(key: string, number: number): Promise<void> {
    await until(rehearsal(), key, `question ${number}`, ({ question }) => {
      return question?.number === number && question.told === 'told';
    });
  }
});
