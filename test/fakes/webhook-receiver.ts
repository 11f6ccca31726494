import { z } from 'zod';
import type { Asked, FaultyServer } from './faulty-server.ts';
import { startFaultyServer } from './faulty-server.ts';

const Message = z.strictObject({
  marker: z.string(),
  topic: z.string().optional(),
  text: z.string(),
  at: z.iso.datetime(),
});
export type ReceivedMessage = z.output<typeof Message>;

export type FakeWebhookReceiver = FaultyServer & {
  /** What was received, by its `Idempotency-Key`: the same one again is no further message. */
  messages: Map<string, ReceivedMessage>;
};

/** A receiver of the JSON webhook that does with the idempotency key what the key is for. */
export async function startFakeWebhookReceiver(): Promise<FakeWebhookReceiver> {
  const messages: FakeWebhookReceiver['messages'] = new Map();
  const receive = ({ headers, body }: Asked) => {
    const key = headers['idempotency-key'];
    const message = Message.safeParse(JSON.parse(body.toString('utf8')));
    if (headers['content-type'] !== 'application/json' || typeof key !== 'string' || !message.success) {
      return { status: 422 };
    }
    if (!messages.has(key)) messages.set(key, message.data);
    return { status: 202 };
  };
  return { ...(await startFaultyServer(receive)), messages };
}
