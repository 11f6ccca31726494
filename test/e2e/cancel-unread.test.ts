import { describe, expect, it } from 'vitest';
import { PortError } from '../../activities/ports.ts';
import { pending } from '../../domain/verdict.ts';
import { nudgeSignal } from '../../workflows/messages.ts';
import { rowsOf } from '../support/rehearsal/rehearsal.ts';
import { waitFor } from '../support/wait-for.ts';
import { decide, explain, outcomeOf, until } from './support/person.ts';
import { TEST_MS } from './support/use-open.ts';
import { useRehearsal } from './support/use-rehearsal.ts';

const RELEASED = rowsOf('development', 'deploy-staging', 'deploy');

describe('a cancel after landing that no look could read', () => {
  const rehearsal = useRehearsal();

  it.concurrent(
    'delays nothing, is heard before Done is written, and finishes when that is decided',
    async () => {
      const key = await cancelUnread();
      expect((await explain(rehearsal(), key)).question).toMatchObject({ cause: 'cancelled', told: 'told' });
      await decide(rehearsal(), key, { number: 1, answer: 'retry' });
      expect(await outcomeOf(rehearsal(), key)).toEqual('done');
      expect(actionsOf(key)).toEqual(['sync', 'candidate', 'land', 'promote']);
      expect(rehearsal().card(key).role()).toEqual('done');
    },
    TEST_MS,
  );

  it.concurrent(
    'takes the release back when that is decided',
    async () => {
      const key = await cancelUnread();
      await decide(rehearsal(), key, { number: 1, answer: 'revert' });
      expect(await outcomeOf(rehearsal(), key)).toEqual('aborted');
      expect((await explain(rehearsal(), key)).end).toMatchObject({ by: 'ada' });
      expect(actionsOf(key)).toEqual(['sync', 'candidate', 'land', 'promote', 'restore', 'revert']);
      expect(rehearsal().card(key).role()).toEqual('cancelled');
    },
    TEST_MS,
  );

  /** Delivers until the task asks; the tracker comes back when production is proven. */
  async function cancelUnread(): Promise<string> {
    const registry = { ready: false };
    const tracker = { away: false };
    let looks = 0;
    const key = await rehearsal().start({
      pipeline: RELEASED,
      judge: (gate) => (gate === 'fresh' && !registry.ready ? pending('the registry') : undefined),
      before: (name) => {
        if (name === 'readCard') looks++;
        if (tracker.away) throw new PortError('Tracker.Away', 'it answers 503', 'auth');
      },
    });
    await until(rehearsal(), key, 'its registry', ({ stage, status }) => stage === 'deploy' && status === 'waiting');
    tracker.away = true;
    rehearsal().card(key).move('cancelled');
    await rehearsal().handle(key).signal(nudgeSignal, { source: 'tracker' });
    await waitFor(() => looks > 0, 'the look in vain', 60_000);
    registry.ready = true;
    await waitFor(() => actionsOf(key).includes('promote'), 'the promotion', 60_000);
    const before = looks;
    await until(rehearsal(), key, 'the trouble at its end', ({ end, trouble }) => Boolean(end && trouble));
    // While production was watched the tracker was left alone.
    expect(before).toEqual(1);
    tracker.away = false;
    await until(rehearsal(), key, 'the question', ({ question }) => question?.told === 'told');
    return key;
  }

  function actionsOf(key: string): string[] {
    const names = rehearsal()
      .effects(key)
      .map((effect) => effect.split(' ')[0] ?? '');
    return names.filter((name) => ['sync', 'candidate', 'land', 'promote', 'restore', 'revert'].includes(name));
  }
});
