import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notifier } from '../../../activities/ports.ts';
import type { WebhookNotifierOptions } from '../../../adapters/notify/webhook.ts';
import { createWebhookNotifier } from '../../../adapters/notify/webhook.ts';
import type { Fault } from '../../fakes/faulty-server.ts';
import type { FakeWebhookReceiver } from '../../fakes/webhook-receiver.ts';
import { startFakeWebhookReceiver } from '../../fakes/webhook-receiver.ts';
import { sendAndDie } from './kill.ts';

const message = { marker: 'ORCH-1#1/question/1', text: 'ORCH-1 asks:\nApprove?', topic: 'ORCH-1#1/question/1' };

let root: string;
let receiver: FakeWebhookReceiver;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-notify-'));
  receiver = await startFakeWebhookReceiver();
});
afterEach(async () => {
  await receiver.close();
  await rm(root, { recursive: true });
});

function notifier(options: Partial<WebhookNotifierOptions> = {}): Notifier {
  return createWebhookNotifier({
    url: `${receiver.url}/hooks/a-path-that-lets-us-in`,
    path: join(root, 'sent', 'webhook.jsonl'),
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    patienceMs: 300,
    ...options,
  });
}

describe('the JSON webhook', () => {
  it('posts the message with its marker as the key', async () => {
    await notifier().send(message);
    expect([...receiver.messages]).toEqual([[message.marker, { ...message, at: '2026-01-02T03:04:05.000Z' }]]);
    expect(receiver.asked[0]?.path).toBe('/hooks/a-path-that-lets-us-in');
  });

  it('leaves out the topic of a message that has none, and the signature without a secret', async () => {
    await notifier().send({ marker: 'a', text: 'größer' });
    expect(receiver.messages.get('a')).toEqual({ marker: 'a', text: 'größer', at: '2026-01-02T03:04:05.000Z' });
    expect(receiver.asked[0]?.headers).not.toHaveProperty('x-conveyor-signature');
  });

  it('signs the bytes of the body', async () => {
    await notifier({ secret: 'topsecret' }).send({ ...message, text: 'größer' });
    const [asked] = receiver.asked;
    const expected = createHmac('sha256', 'topsecret')
      .update(asked?.body ?? '')
      .digest('hex');
    expect(asked?.headers['x-conveyor-signature']).toBe(`sha256=${expected}`);
  });

  it('sends a marker once, whoever sends it and however often', async () => {
    await Promise.all(Array.from({ length: 5 }, () => notifier().send(message)));
    await notifier().send(message);
    await notifier().send({ ...message, marker: 'another' });
    expect(receiver.asked.map(({ headers }) => headers['idempotency-key'])).toEqual([message.marker, 'another']);
  });

  it('reaches its receiver once, though it was killed before it heard the answer', async () => {
    await sendAndDie('webhook', receiver, join(root, 'sent', 'webhook.jsonl'));
    await notifier().send({ marker: 'a', text: 'Approve?', topic: 'question' });
    expect(receiver.asked).toHaveLength(2);
    expect(receiver.messages.size).toBe(1);
  });
});

describe('a receiver that does not take the message', () => {
  const status = (code: number, headers: Record<string, string> = {}): Fault => ({
    when: 'instead',
    answer: { status: code, headers, body: 'a-path-that-lets-us-in' },
  });
  const cases: [what: string, fault: Fault, trouble: Record<string, unknown>][] = [
    ['is not there for a moment', status(503), { type: 'Webhook.Unavailable', trouble: 'transient' }],
    [
      'says when it is back',
      status(503, { 'retry-after': '7' }),
      { type: 'Webhook.Unavailable', trouble: 'transient', retryAfterMs: 7_000 },
    ],
    [
      'is asked too often',
      status(429, { 'retry-after': '2' }),
      { type: 'Webhook.RateLimited', trouble: 'transient', retryAfterMs: 2_000 },
    ],
    [
      'wants to be left alone for years',
      status(429, { 'retry-after': '999999999' }),
      { type: 'Webhook.RateLimited', retryAfterMs: 3_600_000 },
    ],
    ['does not know us', status(401), { type: 'Webhook.Unauthorized', trouble: 'auth' }],
    ['does not let us', status(403), { type: 'Webhook.Unauthorized', trouble: 'auth' }],
    ['is another one', status(404), { type: 'Webhook.Refused', trouble: 'config' }],
    ['hangs up', { when: 'instead', answer: 'hang up' }, { type: 'Webhook.Unreachable', trouble: 'transient' }],
    ['says nothing', { when: 'instead', answer: 'hang' }, { type: 'Webhook.Unreachable', trouble: 'transient' }],
  ];

  it.each(cases)('%s: trouble, and the next try reaches it', async (_what, fault, trouble) => {
    receiver.faults.push(fault);
    const thrown: unknown = await notifier()
      .send(message)
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: 'PortError', ...trouble });
    expect(String(thrown)).toContain(receiver.url);
    expect(String(thrown)).not.toContain('lets-us-in');
    expect(receiver.messages.size).toBe(0);
    await notifier().send(message);
    expect([...receiver.messages.keys()]).toEqual([message.marker]);
  });

  it.each([
    ['an error', { status: 500 }],
    ['silence', 'hang'],
    ['a broken connection', 'hang up'],
  ] as const)('that took it and answers with %s has it once all the same', async (_what, answer) => {
    receiver.faults.push({ when: 'after', answer });
    await expect(notifier().send(message)).rejects.toMatchObject({ trouble: 'transient' });
    await notifier().send(message);
    expect(receiver.messages.size).toBe(1);
    expect(await readFile(join(root, 'sent', 'webhook.jsonl'), 'utf8')).toContain(message.marker);
  });

  it('that sends us elsewhere is not followed', async () => {
    receiver.faults.push(status(307, { location: `${receiver.url}/elsewhere` }));
    await expect(notifier().send(message)).rejects.toMatchObject({ type: 'Webhook.Redirected', trouble: 'config' });
    expect(receiver.asked).toHaveLength(1);
  });

  it('is not there at all', async () => {
    await receiver.close();
    await expect(notifier().send(message)).rejects.toMatchObject({
      type: 'Webhook.Unreachable',
      trouble: 'transient',
      message: `The notifier at ${receiver.url} did not answer: ECONNREFUSED. It is tried again.`,
    });
  });
});
