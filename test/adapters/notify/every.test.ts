import { describe, expect, it } from 'vitest';
import type { Notifier } from '../../../activities/ports.ts';
import { PortError } from '../../../activities/ports.ts';
import { createEveryNotifier } from '../../../adapters/notify/every.ts';

const message = { marker: 'a', text: 'told', topic: 't' };
const busy = new PortError('Telegram.RateLimited', 'Telegram is busy.', 'transient', { retryAfterMs: 5 });
const refused = new PortError('Webhook.Unauthorized', 'The hook refuses.', 'auth');

/** Throws the errors it is given, one a try, and keeps what it was sent. */
function notifier(...errors: Error[]): Notifier & { sent: unknown[] } {
  const sent: unknown[] = [];
  return {
    sent,
    send: async (one) => {
      const error = errors.shift();
      if (error) throw error;
      sent.push(one);
    },
  };
}

describe('several notifiers', () => {
  it('all get every message, and those after one that fails as well', async () => {
    const [first, second, third] = [notifier(), notifier(refused), notifier()];
    await expect(createEveryNotifier([first, second, third]).send(message)).rejects.toBe(refused);
    expect([first.sent, second.sent, third.sent]).toEqual([[message], [], [message]]);
  });

  it('are all started, though the first never answers', async () => {
    const second = notifier();
    void createEveryNotifier([{ send: () => new Promise(() => undefined) }, second]).send(message);
    await Promise.resolve();
    expect(second.sent).toEqual([message]);
  });

  it.each([
    [[refused, busy], busy],
    [[busy, refused], busy],
  ])('that fail are one trouble, worth a try if one of them is: %s', async (errors, expected) => {
    const thrown: unknown = await createEveryNotifier(errors.map((error) => notifier(error)))
      .send(message)
      .catch((error: unknown) => error);
    const { type, trouble, retryAfterMs } = expected;
    expect(thrown).toMatchObject({ type, trouble, retryAfterMs });
    expect(String(thrown)).toContain('Telegram is busy.');
    expect(String(thrown)).toContain('The hook refuses.');
  });

  it('none at all have nothing to fail', async () => {
    await expect(createEveryNotifier([]).send(message)).resolves.toBeUndefined();
  });
});
