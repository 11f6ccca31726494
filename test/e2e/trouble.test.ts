import { afterEach, describe, expect, it } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { explain, outcomeOf, until } from './support/person.ts';
import { SHORT_ROLES, SHORT_ROWS, tableConfig } from './support/product.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import { wrap } from './support/wrap.ts';

type Integration = 'forge' | 'tracker';

describe('trouble with an integration', () => {
  const unwell = new Map<Integration, PortError>();
  const world = useWorld({
    yaml: tableConfig(SHORT_ROWS, { roles: SHORT_ROLES }),
    ports: ({ forge, tracker }) => ({ forge: sometimes('forge', forge), tracker: sometimes('tracker', tracker) }),
  });

  afterEach(() => unwell.clear());

  function sometimes<P extends Ports[Integration]>(integration: Integration, port: P): P {
    return wrap(port, (_method, go) => {
      const trouble = unwell.get(integration);
      return trouble ? Promise.reject(trouble) : go();
    });
  }

  it(
    'of the forge: transient, told with its type, costs no bounce and no agent run, and heals',
    async () => {
      const key = await world().enter({ script: { developer: [{ waitFor: 'forge' }] } });
      await agentAtWork(key, 'developer');
      unwell.set('forge', new PortError('Forge.Unavailable', 'the forge answers 502', 'transient'));
      await world().release('forge');
      const troubled = await seeTrouble(key, 'Forge.Unavailable');
      expect(troubled).toMatchObject({
        stage: 'development',
        trouble: { class: 'transient', integration: 'Forge', message: 'the forge answers 502' },
        sentence: 'trouble with Forge (Forge.Unavailable): the forge answers 502',
      });
      await until(world(), key, 'the next look in vain', ({ ledger }) => ledger.tries >= 2);

      unwell.clear();
      await expectUncharged(key, ['architect', 'developer', 'reviewer', 'tester']);
    },
    TEST_MS,
  );

  it(
    'of the tracker: refused for its credentials, the same way, without tries that cannot help',
    async () => {
      const key = await world().enter({ script: { reviewer: [{ waitFor: 'tracker' }] } });
      await agentAtWork(key, 'reviewer');
      unwell.set('tracker', new PortError('Tracker.Unauthorized', 'the token is no longer valid', 'auth'));
      await world().release('tracker');
      const troubled = await seeTrouble(key, 'Tracker.Unauthorized');
      expect(troubled).toMatchObject({
        stage: 'testing',
        trouble: { class: 'auth', integration: 'Tracker' },
        sentence: 'trouble with Tracker (Tracker.Unauthorized): the token is no longer valid',
      });

      unwell.clear();
      await expectUncharged(key, ['architect', 'developer', 'reviewer', 'tester']);
    },
    TEST_MS,
  );

  async function agentAtWork(key: string, role: string): Promise<void> {
    const working = async (): Promise<boolean> => (await world().prompts(key, role)).length > 0;
    await waitFor(working, `the ${role} at work`, 60_000, 80);
  }

  /** What `explain` shows while it lasts: trouble, and no judged no. */
  async function seeTrouble(key: string, type: string): Promise<ExplainView> {
    const waiting = async (): Promise<ExplainView | undefined> => {
      const view = await explain(world(), key);
      return view.trouble?.type === type && view.nextLookAt !== undefined ? view : undefined;
    };
    const view = await waitFor(waiting, `${key} waiting with ${type}`, 60_000, 40);
    expect(view.status).toEqual('waiting');
    expect(view.question).toBeUndefined();
    expect(view.nextLookAt).toBeGreaterThan(view.trouble?.since ?? Infinity);
    expect(view.log.filter(({ kind }) => kind !== 'pass' && kind !== 'pending')).toEqual([]);
    return view;
  }

  async function expectUncharged(key: string, roles: readonly string[]): Promise<void> {
    expect(await outcomeOf(world(), key)).toEqual('done');
    const { ledger, trouble, log } = await explain(world(), key);
    expect(trouble).toBeUndefined();
    expect(ledger).toMatchObject({ bounces: {}, total: 0, inconclusive: {}, stale: 0, agentRuns: roles.length });
    expect(ledger.tries).toBeGreaterThan(0);
    expect(log.filter(({ kind }) => kind !== 'pass' && kind !== 'pending')).toEqual([]);
    const runs = (await world().runs()).filter((line) => line.startsWith(`${key} `));
    expect(runs.map((line) => line.split(' ')[1])).toEqual(roles);
  }
});
