import { asyncLocalStorage, Context } from '@temporalio/activity';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNotifyActivities, tryToNotify } from '../../activities/notify.ts';
import { PortError } from '../../activities/ports.ts';
import type { Ports } from '../../activities/ports.ts';
import { createFakePorts } from '../fakes/ports.ts';

const notice = { marker: 'DEMO-1#1/question/1', text: 'DEMO-1 asks: Approve?' };
const away = new PortError('Notify.Away', 'the notifier answers 502');

describe('a notification', () => {
  it('is sent under its marker', async () => {
    const { ports, world } = createFakePorts();
    await createNotifyActivities(ports).notify(notice);
    expect(world.sent).toEqual(new Map([[notice.marker, notice.text]]));
  });

  it('is sent with its topic, and with the names the states have in its project', async () => {
    const { ports, world } = createFakePorts();
    world.states = { ...world.states, entry: 'Doing' };
    const sent: unknown[] = [];
    const notifier = { send: async (message: unknown) => void sent.push(message) };
    const text = 'move the card to {state:entry}, not to {state:nowhere}';
    const topic = 'DEMO-1#1/question/1';
    await createNotifyActivities({ ...ports, notifier }).notify({ marker: 'm', topic, text, project: 'DEMO' });
    expect(sent).toEqual([{ marker: 'm', topic, text: 'move the card to Doing, not to {state:nowhere}' }]);
  });

  it('is not sent while notifications are off', async () => {
    const { ports, world } = createFakePorts();
    world.off.add('CONVEYOR_NOTIFICATIONS_ENABLED');
    await createNotifyActivities(ports).notify(notice);
    expect(world.sent.size).toBe(0);
  });

  it('that is refused fails, so that Temporal tries again', async () => {
    const { ports, world } = createFakePorts();
    world.trouble.set('notifier.send', away);
    await expect(createNotifyActivities(ports).notify(notice)).rejects.toThrow(away);
  });
});

describe('a notification beside other work', () => {
  afterEach(() => void vi.useRealTimers());

  it('is sent under its marker', async () => {
    const { ports, world } = createFakePorts();
    expect(await tried(ports)).toEqual({ answer: 'sent', logged: [] });
    expect(world.sent).toEqual(new Map([[notice.marker, notice.text]]));
  });

  it('is not sent while notifications are off, and not owed either', async () => {
    const { ports, world } = createFakePorts();
    world.off.add('CONVEYOR_NOTIFICATIONS_ENABLED');
    expect(await tried(ports)).toEqual({ answer: 'sent', logged: [] });
    expect(world.sent.size).toBe(0);
  });

  it('that is refused is owed', async () => {
    const { ports, world } = createFakePorts();
    world.trouble.set('notifier.send', away);
    expect(await tried(ports)).toEqual({ answer: 'owed', logged: [{ marker: notice.marker, error: away }] });
  });

  it('that gets no answer within five seconds is owed', async () => {
    vi.useFakeTimers();
    const { ports } = createFakePorts();
    const done = tried({ ...ports, notifier: { send: () => new Promise(() => undefined) } });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await done).toMatchObject({ answer: 'owed' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Tries as the activity does that it is a part of, with what that logged. */
async function tried(
  ports: Pick<Ports, 'notifier' | 'switches' | 'policies'>,
): Promise<{ answer: string; logged: unknown[] }> {
  const logged: unknown[] = [];
  const log = { warn: (_message: string, meta: unknown) => void logged.push(meta) };
  const context: Context = Object.assign(Object.create(Context.prototype), { log });
  const answer = await asyncLocalStorage.run(context, () => tryToNotify(ports, notice));
  return { answer, logged };
}
