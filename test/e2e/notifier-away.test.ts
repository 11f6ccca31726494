import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PortError } from '../../activities/ports.ts';
import { pathsIn } from '../../app/paths.ts';
import type { FakeTelegram } from '../fakes/telegram.ts';
import { BOT_TOKEN, CHAT, startFakeTelegram } from '../fakes/telegram.ts';
import { waitFor } from '../support/wait-for.ts';
import { recordedOf } from './support/history.ts';
import { decide, statusOf, until } from './support/person.ts';
import { SHORT_ROLES, SHORT_ROWS, tableConfig } from './support/product.ts';
import type { Script } from './support/script.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';
import { wrap } from './support/wrap.ts';

const script: Script = { architect: [{ verdict: 'needs-input', summary: 'which greeting?' }] };

describe('a notifier', () => {
  const sent: string[] = [];
  let refusals = 0;
  const world = useWorld({
    yaml: tableConfig(SHORT_ROWS, { roles: SHORT_ROLES }),
    script,
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
    'that %s',
    async (_what, refused, activities, reached) => {
      refusals = refused;
      sent.length = 0;
      const key = await world().enter();
      await until(world(), key, 'the question', ({ question }) => question?.told === 'told');
      const notified = (await recordedOf(world(), key)).filter(
        (one) => one.kind === 'activity' && one.name === 'notify',
      );
      expect(notified.map((one) => 'name' in one && one.name)).toEqual(activities);
      expect(sent).toHaveLength(reached);
      expect((await statusOf(world(), key))?.trouble).toBeUndefined();
    },
    TEST_MS,
  );
});

describe('Telegram', () => {
  let telegram: FakeTelegram;
  beforeAll(async () => void (telegram = await startFakeTelegram()));
  afterAll(() => telegram.close());
  const world = useWorld({
    yaml: (project) => {
      const notify = `notify: [{ kind: telegram, chat: ${CHAT}, api: '${telegram.url}' }, { kind: log }]`;
      return tableConfig(SHORT_ROWS, { roles: SHORT_ROLES, top: notify })(project);
    },
    env: { CONVEYOR_TELEGRAM_TOKEN: BOT_TOKEN },
    script,
  });

  it(
    'that does not answer holds up neither the question nor the other notifiers, and has one message a question',
    async () => {
      telegram.faults.push({ when: 'instead', answer: 'hang' });
      const key = await world().enter();
      await waitFor(() => telegram.asked.length === 1, 'Telegram to be asked', 60_000);
      await waitFor(async () => (await logged(key)).length === 1, 'the line in the log', 60_000);
      expect(telegram.chat.size).toBe(0);

      await until(world(), key, 'the question', ({ question }) => question?.told === 'told');
      expect((await statusOf(world(), key))?.trouble).toBeUndefined();
      await waitFor(() => telegram.chat.size === 1, 'the message', 60_000);
      expect([...telegram.chat.values()].join()).toContain(key);
      expect(await logged(key)).toHaveLength(1);

      await decide(world(), key, { number: 1, answer: 'abort' });
      const edited = (): boolean => [...telegram.chat.values()].join().includes('answered: abort by ada');
      await waitFor(edited, 'the answer in the same message', 60_000);
      expect(telegram.chat.size).toBe(1);
    },
    TEST_MS,
  );

  async function logged(key: string): Promise<string[]> {
    const text = await readFile(pathsIn(world().config.data).notifications, 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line.includes(`${key}#`));
  }
});
