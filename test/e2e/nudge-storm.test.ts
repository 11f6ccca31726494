import { describe, expect, it } from 'vitest';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { pending } from '../../domain/verdict.ts';
import type { NudgeSource } from '../../workflows/messages.ts';
import { nudgeSignal } from '../../workflows/messages.ts';
import { rowsOf } from '../support/rehearsal/rehearsal.ts';
import { runsOf } from '../support/rehearsal/runs.ts';
import { waitFor } from '../support/wait-for.ts';
import { outcomeOf, until } from './support/person.ts';
import { TEST_MS } from './support/use-open.ts';
import { useRehearsal } from './support/use-rehearsal.ts';

const NUDGES = 1_000;
const RECOVERED_MS = 60_000;
const HOUR = 3_600_000;
const { debounceMs } = DEFAULT_PIPELINE.looks;

/** Its signal, and a workflow task of three events when none is under way: more a nudge never costs. */
const EVENTS_PER_NUDGE = 4;
/** A look: debounce, activity and the workflow tasks around them. */
const EVENTS_PER_LOOK = 11;
/** Start, agent, gates and end of a task with one row. */
const EVENTS_WITHOUT = 80;
/** Past this many the server suggests to continue as new, and the task does at the next look. */
const SUGGESTED = 4_096;

const WORK = rowsOf('development');
const [row] = WORK.stages;
const pollMs = { first: HOUR, longest: HOUR };
/** No timer helps: what the nudges do not bring is not seen. */
const pipeline = {
  ...WORK,
  stages: row ? [{ ...row, leave: row.leave.map((gate) => ({ ...gate, pollMs })) }] : [],
  looks: { ...WORK.looks, debounceMs, personMs: HOUR },
};

describe(`${NUDGES} nudges at once to one task`, () => {
  const rehearsal = useRehearsal();

  it.concurrent(
    'at a gate: a few looks, a bounded history, and what came with the last of them is acted on',
    async () => {
      const gate = { open: false };
      let looks = 0;
      const key = await rehearsal().start({
        pipeline,
        judge: (name) => {
          if (name !== 'ci') return undefined;
          looks++;
          return gate.open ? undefined : pending('unit on the head');
        },
      });
      await until(rehearsal(), key, 'its checks', ({ status }) => status === 'waiting');
      const { stormMs } = await storm(key, 'forge', () => (gate.open = true));

      const sent = performance.now();
      expect(await outcomeOf(rehearsal(), key)).toEqual('done');
      expect(performance.now() - sent).toBeLessThan(RECOVERED_MS);
      // The first before the storm, one that it wakes, one each debounce while it lasts, and one for its last.
      expect(looks).toBeLessThanOrEqual(3 + Math.ceil(stormMs / debounceMs));
      await expectBounded(key, looks);
    },
    TEST_MS,
  );

  it.concurrent(
    'while an agent works: a few looks at the card, and the move that came with the last of them stops it',
    async () => {
      let working = false;
      let looks = 0;
      const key = await rehearsal().start({
        pipeline,
        agent: () => {
          working = true;
          return new Promise(() => undefined);
        },
        before: (name) => void (name === 'readCard' && looks++),
      });
      await waitFor(() => working, 'its agent', RECOVERED_MS);
      const { stormMs } = await storm(key, 'tracker', () => rehearsal().card(key).move('cancelled'));

      const sent = performance.now();
      expect(await outcomeOf(rehearsal(), key)).toEqual('aborted');
      expect(performance.now() - sent).toBeLessThan(RECOVERED_MS);
      // While an agent works they are five debounces apart.
      expect(looks).toBeLessThanOrEqual(2 + Math.ceil(stormMs / (5 * debounceMs)));
      await expectBounded(key, looks);
      expect((await runsOf(rehearsal(), key))[0]?.activities).toContain('runAgent');
    },
    TEST_MS,
  );

  /** In parallel through one client; the change comes before the last of them is sent. */
  async function storm(key: string, source: NudgeSource, change: () => void): Promise<{ stormMs: number }> {
    const handle = rehearsal().handle(key);
    const started = performance.now();
    const all = Array.from({ length: NUDGES - 1 }, () => handle.signal(nudgeSignal, { source }));
    await Promise.all(all);
    change();
    await handle.signal(nudgeSignal, { source });
    return { stormMs: performance.now() - started };
  }

  async function expectBounded(key: string, looks: number): Promise<void> {
    const most = EVENTS_WITHOUT + EVENTS_PER_NUDGE * NUDGES + EVENTS_PER_LOOK * looks;
    const runs = await runsOf(rehearsal(), key);
    const events = runs.map((run) => run.events);
    expect(Math.max(...events)).toBeLessThanOrEqual(most);
    // At most one continue-as-new: the history was far from the server's limits.
    expect(runs.length).toBeLessThanOrEqual(most > SUGGESTED ? 2 : 1);
    expect(events.reduce((sum, some) => sum + some, 0)).toBeGreaterThan(NUDGES);
  }
});
