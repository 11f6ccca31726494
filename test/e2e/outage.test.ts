import { afterEach, describe, expect, it } from 'vitest';
import type { Ports, TroubleKind } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import type { Config } from '../../adapters/config/config.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import { SLOWER, waitFor } from '../support/wait-for.ts';
import { intakeOf, ONE_ROW } from './support/intake.ts';
import { explain, outcomeOf, statusOf } from './support/person.ts';
import { calm } from './support/quick.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import { wrap } from './support/wrap.ts';

/** What differs from an outage is how often it is tried: that needs no crowd. */
const FEW = 5;
/** Where each step replays, a crowd would only measure the machine. */
const MANY = SLOWER > 1 ? FEW : 20;
const LONG_MS = 300_000;

type Integration = 'tracker' | 'forge';

describe('an outage with tasks in flight', () => {
  let unwell: { port: Integration; error: PortError } | undefined;
  const notices: { marker: string; text: string }[] = [];
  let tries = 0;
  const world = useWorld({
    yaml: ONE_ROW,
    config: patient,
    ports: ({ tracker, forge, notifier }) => ({
      tracker: sometimes('tracker', tracker),
      forge: sometimes('forge', forge),
      notifier: {
        send: async (message) => {
          notices.push(message);
          await notifier.send(message);
        },
      },
    }),
  });

  afterEach(() => (unwell = undefined));

  function sometimes<P extends Ports[Integration]>(port: Integration, real: P): P {
    return wrap(real, (_method, go) => (unwell?.port === port ? Promise.reject(unwell.error) : go()));
  }

  it.each<{ what: string; tasks: number; port: Integration; type: string; trouble: TroubleKind; says: string }>([
    {
      what: 'of the tracker',
      tasks: MANY,
      port: 'tracker',
      type: 'Tracker.Down',
      trouble: 'transient',
      says: 'it answers 502',
    },
    {
      what: 'of the forge',
      tasks: MANY,
      port: 'forge',
      type: 'Forge.Down',
      trouble: 'transient',
      says: 'it answers 502',
    },
    {
      what: 'of the tracker, whose token was revoked',
      tasks: FEW,
      port: 'tracker',
      type: 'Tracker.Unauthorized',
      trouble: 'auth',
      says: 'the token is no longer valid',
    },
    {
      what: 'of the forge, whose token was revoked',
      tasks: FEW,
      port: 'forge',
      type: 'Forge.Unauthorized',
      trouble: 'auth',
      says: 'the token is no longer valid',
    },
  ])(
    '$what, with $tasks tasks, is one incident opened and one closed; no question, no bounce, all tasks done afterwards',
    async ({ tasks, port, type, trouble, says }) => {
      notices.length = 0;
      tries += 1;
      const gate = `released-${tries}`;
      const keys = await enterAll(gate, tasks);
      await allStarted(keys);
      unwell = { port, error: new PortError(type, says, trouble) };
      await world().release(gate);

      const [incident, ...others] = await incidentSeenBy(keys.length);
      expect(others).toEqual([]);
      expect(incident).toMatchObject({ integration: type.split('.')[0], class: trouble, type, message: says });
      for (const key of keys) expect(named(await explain(world(), key))).toEqual({ type, class: trouble });

      unwell = undefined;
      const ends = await Promise.all(keys.map((key) => outcomeOf(world(), key)));
      expect(new Set(ends)).toEqual(new Set(['done']));
      await waitFor(async () => (await incidents()).length === 0, 'the incident to heal', LONG_MS);
      for (const key of keys) {
        const { ledger, log } = await explain(world(), key);
        expect(ledger).toMatchObject({ total: 0, agentRuns: 1 });
        expect(log.filter(({ kind }) => kind === 'asks' || kind === 'fail')).toEqual([]);
      }
      await waitFor(
        () => aboutIncidents().some(({ marker }) => marker.endsWith('/healed')),
        'the notice of its end',
        LONG_MS,
      );
      expect(aboutIncidents().map(({ text }) => text)).toEqual([
        expect.stringContaining(`is unwell (${type}): ${says}`),
        expect.stringContaining('is well again'),
      ]);
      expect(notices.filter(({ marker }) => marker.includes('/question/'))).toEqual([]);
    },
    TEST_MS * 2,
  );

  async function enterAll(gate: string, tasks: number): Promise<string[]> {
    const script = { architect: [{ waitFor: gate, files: { 'docs/tasks/{key}/architecture.md': '# Design\n' } }] };
    const keys: string[] = [];
    for (let n = 0; n < tasks; n++) keys.push(await world().enter({ script }));
    return keys;
  }

  async function allStarted(keys: readonly string[]): Promise<void> {
    for (const key of keys) await waitFor(() => statusOf(world(), key), `${key} to start`, LONG_MS);
  }

  async function incidents() {
    return (await intakeOf(world())).incidents;
  }

  function incidentSeenBy(tasks: number) {
    return waitFor(
      async () => {
        const open = await incidents();
        const witnesses = open.flatMap(({ seenBy }) => seenBy).filter((key) => key !== 'intake');
        return witnesses.length >= tasks ? open : undefined;
      },
      `${tasks} tasks to see the incident`,
      LONG_MS,
    );
  }

  function aboutIncidents() {
    return notices.filter(({ marker }) => marker.includes('/incident/'));
  }

  function named({ trouble }: ExplainView) {
    return trouble && { type: trouble.type, class: trouble.class };
  }
});

/** So many tasks that look again all the time would leave the machine no room for anything else. */
function patient(config: Config): Config {
  const rested = calm(config);
  const projects = Object.entries(rested.projects).map(([key, project]) => {
    const looks = { ...project.pipeline.looks, troubleMs: 2_000 };
    return [key, { ...project, pipeline: { ...project.pipeline, looks } }];
  });
  return { ...rested, projects: Object.fromEntries(projects) };
}
