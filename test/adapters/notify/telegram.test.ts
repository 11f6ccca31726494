import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notifier } from '../../../activities/ports.ts';
import type { TelegramNotifierOptions } from '../../../adapters/notify/telegram.ts';
import { createTelegramNotifier } from '../../../adapters/notify/telegram.ts';
import type { Fault, Reply } from '../../fakes/faulty-server.ts';
import type { FakeTelegram } from '../../fakes/telegram.ts';
import { BOT_TOKEN, CHAT, error, startFakeTelegram } from '../../fakes/telegram.ts';
import { sendAndDie } from './kill.ts';

const asked = { marker: 'a', text: 'Approve?', topic: 'question' };
const answered = { marker: 'b', text: 'Approved by ann', topic: 'question' };

let root: string;
let telegram: FakeTelegram;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-notify-'));
  telegram = await startFakeTelegram();
});
afterEach(async () => {
  await telegram.close();
  await rm(root, { recursive: true });
});

function notifier(options: Partial<TelegramNotifierOptions> = {}): Notifier {
  const path = join(root, 'sent', 'telegram.jsonl');
  return createTelegramNotifier({
    api: telegram.url,
    token: BOT_TOKEN,
    chat: CHAT,
    path,
    now: Date.now,
    patienceMs: 300,
    ...options,
  });
}

/** What the chat shows. */
function shown(): string[] {
  return [...telegram.chat.values()];
}

describe('Telegram', () => {
  it('keeps the messages of one topic one message', async () => {
    await notifier().send(asked);
    await notifier().send({ marker: 'other', text: 'Another task', topic: 'another question' });
    await notifier().send(answered);
    expect([...telegram.chat]).toEqual([
      [1, 'Approved by ann'],
      [2, 'Another task'],
    ]);
  });

  it('sends messages without a topic one by one', async () => {
    await notifier().send({ marker: 'a', text: 'one' });
    await notifier().send({ marker: 'b', text: 'two' });
    expect(shown()).toEqual(['one', 'two']);
  });

  it('sends a marker once, whoever sends it and however often', async () => {
    await Promise.all(Array.from({ length: 5 }, () => notifier().send(asked)));
    await notifier().send(answered);
    await notifier().send(asked);
    expect(telegram.methods()).toEqual(['sendMessage', 'editMessageText']);
    expect(shown()).toEqual(['Approved by ann']);
  });

  it('takes a text that is the same already for edited', async () => {
    await notifier().send(asked);
    await notifier().send({ ...asked, marker: 'again' });
    await notifier().send({ ...asked, marker: 'again' });
    expect(telegram.methods()).toEqual(['sendMessage', 'editMessageText']);
  });

  it('sends a message anew that somebody deleted, and goes on with the new one', async () => {
    await notifier().send(asked);
    telegram.remove(1);
    await notifier().send(answered);
    await notifier().send({ ...answered, marker: 'c', text: 'Done' });
    expect([...telegram.chat]).toEqual([[2, 'Done']]);
  });

  it('sends plain text, whatever it looks like', async () => {
    const text = '<b>*not* _bold_</b> [here](http://x) \\ `"';
    await notifier().send({ marker: 'a', text });
    expect(shown()).toEqual([text]);
    expect(JSON.parse(String(telegram.asked[0]?.body))).not.toHaveProperty('parse_mode');
  });

  it('cuts a text that is too long in its middle', async () => {
    const text = `ORCH-1 asks\n${'word '.repeat(2_000)}\nconveyor approve ORCH-1`;
    await notifier().send({ marker: 'a', text });
    const [only = ''] = shown();
    expect(only.length).toBeLessThanOrEqual(4_096);
    expect(only).toMatch(/^ORCH-1 asks\nword [^]*\n\[…\]\n[^]* word \nconveyor approve ORCH-1$/);
  });

  it('does not bring back an old text when the tries of an earlier message come late', async () => {
    telegram.faults.push({ when: 'instead', answer: { status: 502 } });
    await expect(notifier().send(asked)).rejects.toMatchObject({ type: 'Telegram.Unavailable' });
    await notifier().send(answered);
    await notifier().send(asked);
    expect(shown()).toEqual(['Approved by ann']);
  });
});

describe('a message that was sent and not recorded', () => {
  it('after a kill becomes at worst a second one, and the topic goes on with that', async () => {
    await sendAndDie('telegram', telegram, join(root, 'sent', 'telegram.jsonl'));
    await notifier().send(asked);
    await notifier().send(asked);
    await notifier().send(answered);
    expect(shown()).toEqual(['Approve?', 'Approved by ann']);
  });

  it.each([
    ['an error', { status: 500 }],
    ['silence', 'hang'],
    ['a broken connection', 'hang up'],
  ] as const)('after %s as well, and an edit has no second effect', async (_what, answer) => {
    telegram.faults.push({ when: 'after', answer });
    await expect(notifier().send(asked)).rejects.toMatchObject({ trouble: 'transient' });
    await notifier().send(asked);
    telegram.faults.push({ when: 'after', answer });
    await expect(notifier().send(answered)).rejects.toMatchObject({ trouble: 'transient' });
    await notifier().send(answered);
    expect(shown()).toEqual(['Approve?', 'Approved by ann']);
  });
});

describe('Telegram that does not take the message', () => {
  const instead = (answer: Reply): Fault => ({ when: 'instead', answer });
  const transient = { trouble: 'transient' };
  const cases: [what: string, fault: Fault, trouble: Record<string, unknown>][] = [
    ['is unwell', instead({ status: 502, body: '<html>' }), { ...transient, type: 'Telegram.Unavailable' }],
    ['hangs up', { when: 'instead', answer: 'hang up' }, { ...transient, type: 'Telegram.Unreachable' }],
    [
      'is asked too often',
      instead(error(429, 'Too Many Requests: retry after 35', { retry_after: 35 })),
      { ...transient, type: 'Telegram.RateLimited', retryAfterMs: 35_000 },
    ],
    [
      'has thrown the bot out',
      instead(error(403, 'Forbidden: bot was kicked from the supergroup chat')),
      { type: 'Telegram.Unauthorized', trouble: 'auth', message: expect.stringContaining('kicked') },
    ],
    [
      'has moved the chat',
      instead(
        error(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1009876543210 }),
      ),
      { type: 'Telegram.Refused', trouble: 'config', message: expect.stringContaining('-1009876543210') },
    ],
    [
      'is a web page',
      instead({ status: 200, body: '<html>Welcome</html>' }),
      { type: 'Telegram.NoBotApi', trouble: 'config' },
    ],
    ['is a web page that is not there', instead({ status: 404 }), { type: 'Telegram.NoBotApi', trouble: 'config' }],
    ['sends us elsewhere', instead({ status: 302, headers: { location: '/' } }), { type: 'Telegram.Redirected' }],
    [
      'says the address back',
      instead(error(403, `no route to /bot${BOT_TOKEN}/sendMessage`)),
      { type: 'Telegram.Unauthorized', message: expect.stringContaining('/bot…/sendMessage') },
    ],
  ];

  it.each(cases)('%s: trouble without the token, and the next try reaches it', async (_what, fault, trouble) => {
    telegram.faults.push(fault);
    const thrown: unknown = await notifier()
      .send(asked)
      .catch((caught: unknown) => caught);
    expect(thrown).toMatchObject({ name: 'PortError', ...trouble });
    expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain(BOT_TOKEN);
    await notifier().send(asked);
    expect(shown()).toEqual(['Approve?']);
  });

  it.each([
    ['a token of nobody', { token: '1:x' }, { type: 'Telegram.Unauthorized', trouble: 'auth' }],
    ['a token it cannot read', { token: 'x' }, { type: 'Telegram.Unauthorized', trouble: 'auth' }],
    ['a chat it does not know', { chat: '-1' }, { type: 'Telegram.Refused', trouble: 'config' }],
    ['nothing to say', { text: ' ' }, { type: 'Telegram.Refused', trouble: 'config' }],
  ])('because of %s', async (_what, { text = 'Approve?', ...options }: Partial<Options>, trouble) => {
    await expect(notifier(options).send({ ...asked, text })).rejects.toMatchObject(trouble);
    expect(telegram.asked).toHaveLength(1);
    expect(shown()).toEqual([]);
  });

  it('because it is not there at all', async () => {
    await telegram.close();
    await expect(notifier().send(asked)).rejects.toMatchObject({
      type: 'Telegram.Unreachable',
      trouble: 'transient',
      message: `Telegram (${telegram.url}) did not answer: ECONNREFUSED. It is tried again.`,
    });
  });

  it('and hangs: the message is given up after its time', async () => {
    telegram.faults.push({ when: 'instead', answer: 'hang' });
    await expect(notifier({ patienceMs: 50 }).send(asked)).rejects.toMatchObject({
      type: 'Telegram.Unreachable',
      message: `Telegram (${telegram.url}) did not answer: nothing within 50 ms. It is tried again.`,
    });
  });
});

type Options = TelegramNotifierOptions & { text: string };
