import { expect, it } from 'vitest';
import { PortError } from '../../activities/ports.ts';
import { waitFor } from '../support/wait-for.ts';
import { explain, outcomeOf, until } from './support/person.ts';
import { SHORT_ROLES, SHORT_ROWS, tableConfig } from './support/product.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import { wrap } from './support/wrap.ts';

let away: PortError | undefined;
const world = useWorld({
  yaml: tableConfig(SHORT_ROWS, { roles: SHORT_ROLES }),
  ports: ({ tracker }) => ({
    tracker: wrap(tracker, (method, go) => (away && method === 'look' ? Promise.reject(away) : go())),
  }),
});

it(
  'a card taken while the tracker is away is held as soon as it can be read: nothing was started before',
  async () => {
    const key = await world().enter({ script: { developer: [{ waitFor: 'taken' }] } });
    await waitFor(async () => (await world().runs()).some((line) => line.startsWith(`${key} developer`)), 'developer');
    away = new PortError('Tracker.Unavailable', 'the tracker answers 502', 'auth');
    await world().moveCard(key, 'blocked');
    await world().release('taken');
    await until(world(), key, 'looks in vain', ({ ledger }) => ledger.agentRuns === 2 && ledger.tries >= 3);
    const { ledger } = await explain(world(), key);
    await until(world(), key, 'one look more', ({ ledger: { tries } }) => tries > ledger.tries);
    const { log } = await explain(world(), key);
    expect(log.at(-1)).toMatchObject({ what: 'developer' });

    away = undefined;
    await until(world(), key, 'the hold', ({ status }) => status === 'held');
    expect((await explain(world(), key)).log.at(-1)).toMatchObject({ what: 'developer' });
    await world().moveCard(key, 'entry');
    expect(await outcomeOf(world(), key)).toEqual('done');
  },
  TEST_MS,
);
