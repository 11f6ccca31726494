import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Sender } from '../domain/webhooks/heard.ts';
import { SENDERS } from '../domain/webhooks/heard.ts';

/** What became of a delivery. */
export const OUTCOMES = [
  'accepted',
  'ignored',
  'unknown',
  'unknown_event',
  'unsigned',
  'bad',
  'too_large',
  'unsupported',
  'limited',
  'undelivered',
  'off',
  'failed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type Metrics = {
  registry: Registry;
  webhooks: Counter<'sender' | 'outcome'>;
  /** From the request's head to the signal being durable, in seconds. */
  acceptSeconds: Histogram<'sender'>;
};

/** A registry of its own, so that two servers in one process do not count together. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const webhooks = new Counter({
    name: 'conveyor_webhooks_total',
    help: 'Webhook deliveries by sender and what became of them.',
    labelNames: ['sender', 'outcome'],
    registers: [registry],
  });
  const acceptSeconds = new Histogram({
    name: 'conveyor_webhook_accept_seconds',
    help: 'Time until an accepted webhook was durable in Temporal.',
    labelNames: ['sender'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  // A counter that appears with its first event cannot show that first event as an increase.
  for (const sender of SENDERS) {
    acceptSeconds.zero({ sender } satisfies { sender: Sender });
    for (const outcome of OUTCOMES) webhooks.inc({ sender, outcome }, 0);
  }
  return { registry, webhooks, acceptSeconds };
}
