import { expect, it } from 'vitest';
import { PortError } from '../../activities/ports.ts';
import { recordedOf } from './support/history.ts';
import { statusOf, until } from './support/person.ts';
import { SHORT_ROLES, SHORT_ROWS, tableConfig } from './support/product.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import { wrap } from './support/wrap.ts';

const sent: string[] = [];
let refusals = 0;
const world = useWorld({
  yaml: tableConfig(SHORT_ROWS, { roles: SHORT_ROLES }),
  script: { architect: [{ verdict: 'needs-input', summary: 'which greeting?' }] },
  ports: ({ notifier }) => ({
    notifier: wrap(notifier, async (_method, go) => {
      if (refusals-- > 0) throw new PortError('Notify.Away', 'the notifier answers 502');
      sent.push('sent');
      return go();
    }),
  }),
});

it.each([
  ['is there: the question comes with its notification, in one activity', 0, [], 1],
  ['is away for a moment: the question is asked, and the person still reached', 2, ['notify'], 1],
  ['stays away: the question is asked all the same', 100, ['notify'], 0],
] as const)(
  'a notifier that %s',
  async (_what, refused, activities, reached) => {
    refusals = refused;
    sent.length = 0;
    const key = await world().enter();
    await until(world(), key, 'the question', ({ question }) => question?.told === 'told');
    const notified = (await recordedOf(world(), key)).filter((one) => one.kind === 'activity' && one.name === 'notify');
    expect(notified.map((one) => 'name' in one && one.name)).toEqual(activities);
    expect(sent).toHaveLength(reached);
    expect((await statusOf(world(), key))?.trouble).toBeUndefined();
  },
  TEST_MS,
);
