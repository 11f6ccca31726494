import { describe, expect, it } from 'vitest';
import type { TaskState } from '../../domain/state.ts';
import type { ExplainView, TaskInput } from '../../workflows/messages.ts';
import { nudgeSignal } from '../../workflows/messages.ts';
import { runsOf } from '../support/rehearsal/runs.ts';
import { waitFor } from '../support/wait-for.ts';
import { explain, outcomeOf, until } from './support/person.ts';
import { TEST_MS } from './support/use-open.ts';
import { useRehearsal } from './support/use-rehearsal.ts';
import type { Actor, Wait } from './support/waits.ts';
import { DELIVERY, WAITS } from './support/waits.ts';

/** Every step leaves more events than that, so it continues after each. */
const AFTER_EVERY_STEP = 6;
/** Runs that have to begin and end within one wait. */
const WITHIN = 3;

describe('a task that continues as new after every step', () => {
  const rehearsal = useRehearsal();

  it.concurrent.each(WAITS)(
    'in the middle of $name keeps everything, and goes on as one that never continued',
    async (wait) => {
      const [continuing, whole] = await Promise.all([begin(wait, AFTER_EVERY_STEP), begin(wait)]);
      const before = await explain(rehearsal(), continuing.key);
      const first = await runId(continuing);
      await continueWithin(wait, continuing);
      expect(shown(await explain(rehearsal(), continuing.key))).toEqual(shown(before));

      const carried = await carriedSince(continuing, first);
      expect(carried.length).toBeGreaterThanOrEqual(WITHIN);
      for (const { state } of carried) {
        expect(settled(state)).toEqual(settled(carried[0]?.state));
      }
      expect(carried[0]?.state).toMatchObject(wait.carries);

      const [one, other] = await Promise.all([finish(wait, continuing), finish(wait, whole)]);
      expect(one).toEqual(other);
      expect(new Set(one.effects).size).toEqual(one.effects.length);
    },
    TEST_MS,
  );

  async function begin(wait: Wait, continueAfterEvents?: number): Promise<Actor> {
    const gate = { open: false };
    const { pipeline = DELIVERY } = wait;
    const limit = continueAfterEvents === undefined ? {} : { continueAfterEvents };
    const key = await rehearsal().start({ ...wait.part(gate), pipeline, ...limit });
    const actor = { rehearsal: rehearsal(), key, gate };
    await wait.begin?.(actor);
    await until(rehearsal(), key, wait.name, wait.waits);
    return actor;
  }

  async function continueWithin(wait: Wait, actor: Actor): Promise<void> {
    const seen = new Set<string>();
    const enough = async (): Promise<boolean> => {
      seen.add(await runId(actor));
      if (wait.wakes === 'nudges') await rehearsal().handle(actor.key).signal(nudgeSignal, { source: 'forge' });
      return seen.size > WITHIN;
    };
    await waitFor(enough, `${WITHIN} runs within one wait`, 60_000, 80);
  }

  async function runId({ key }: Actor): Promise<string> {
    return (await rehearsal().handle(key).describe()).runId;
  }

  /** What each run that ended since then gave to the next. */
  async function carriedSince({ key }: Actor, first: string): Promise<TaskInput[]> {
    const runs = await runsOf(rehearsal(), key);
    return runs.slice(runs.findIndex(({ runId: id }) => id === first)).flatMap(({ continued }) => continued ?? []);
  }

  async function finish(wait: Wait, actor: Actor) {
    await wait.end(actor);
    const { key } = actor;
    const outcome = await outcomeOf(rehearsal(), key);
    const { log, ledger, counters } = { ...(await explain(rehearsal(), key)), counters: {} };
    const anonymous = (text: string): string => text.replaceAll(key, 'KEY').replaceAll(/[0-9a-f]{7,64}/g, 'hash');
    return {
      outcome,
      counters,
      log: log.map(({ stage, what, kind, say, attempt }) => ({ stage, what, kind, say: anonymous(say), attempt })),
      ledger: { ...ledger, ...LOOKS },
      effects: rehearsal().effects(key).map(anonymous),
      card: rehearsal().card(key).role(),
      told: rehearsal().card(key).told().map(anonymous),
    };
  }
});

const LOOKS = { wakes: 'any', tries: 'any', drivenByNudge: 'any', healedByTimer: 'any' };

/** Without what every look counts up. */
function settled(state: TaskState | undefined): unknown {
  const { wait, ledger, ...rest } = state ?? ({} as Partial<TaskState>);
  const {
    looks: _looks,
    status: _status,
    for: _for,
    ...place
  } = wait ?? ({} as Partial<NonNullable<TaskState['wait']>>);
  return { ...rest, wait: place, ledger: { ...ledger, ...LOOKS } };
}

/** Between two looks it waits, while it looks it works. */
function shown({ nextLookAt: _at, status, ledger, ...view }: ExplainView): unknown {
  return { ...view, status: status === 'working' ? 'waiting' : status, ledger: { ...ledger, ...LOOKS } };
}
