import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LocalEvent } from '../../../adapters/local/webhook/event.ts';
import type { WebhookSenderOptions } from '../../../adapters/local/webhook/sender.ts';
import { createWebhookSender } from '../../../adapters/local/webhook/sender.ts';
import { waitFor } from '../../support/wait-for.ts';

type Received = { headers: IncomingHttpHeaders; body: Buffer };

let server: Server;
let url: string;
let received: Received[];
let answer: number | 'never';
let logged: string[];

const moved: LocalEvent = { event: 'card.moved', project: 'DEMO', key: 'DEMO-1', at: 1_769_860_800_000 };

beforeEach(async () => {
  received = [];
  logged = [];
  answer = 202;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks) });
      if (answer !== 'never') response.writeHead(answer, { location: '/elsewhere' }).end('seen');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/local`;
});
afterEach(async () => {
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
});

function sender(options: Partial<WebhookSenderOptions> = {}) {
  const log = (message: string) => void logged.push(message);
  return createWebhookSender({ url, secret: 'topsecret', source: 'local-tracker', log, ...options });
}

describe('the webhook sender', () => {
  test('posts the event, signed over the raw bytes', async () => {
    const { send, settled } = sender();
    send(moved);
    send({ event: 'push', repo: 'demo', branch: 'task/DEMO-1-größe', sha: 'a'.repeat(40), at: 2 });
    await settled();
    expect(received).toHaveLength(2);
    for (const { headers, body } of received) {
      const expected = createHmac('sha256', 'topsecret').update(body).digest('hex');
      expect(headers['x-conveyor-signature']).toBe(`sha256=${expected}`);
      expect(headers['x-conveyor-event']).toBe(LocalEvent.parse(JSON.parse(body.toString())).event);
      expect(headers['x-conveyor-delivery']).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/);
      expect(headers['content-type']).toBe('application/json');
    }
    const bodies = received.map(({ body }) => LocalEvent.parse(JSON.parse(body.toString())));
    expect(bodies).toContainEqual(moved);
    expect(new Set(received.map(({ headers }) => headers['x-conveyor-delivery'])).size).toBe(2);
    expect(logged).toEqual([]);
  });

  test('does not send what is to be dropped', async () => {
    const { send, settled } = sender({ drop: ({ event }) => event === 'card.moved' });
    send(moved);
    send({ ...moved, event: 'card.added' });
    await settled();
    expect(received.map(({ headers }) => headers['x-conveyor-event'])).toEqual(['card.added']);
    expect(logged).toEqual(['local-tracker dropped card.moved of DEMO-1.']);
  });

  test.each([500, 401, 307])('tries once and goes on when the receiver answers %i', async (status) => {
    answer = status;
    const { send, settled } = sender();
    send(moved);
    await settled();
    expect(received).toHaveLength(1);
    expect(logged).toEqual([`local-tracker: ${url} answered ${status} to card.moved of DEMO-1.`]);
  });

  test('goes on when there is no receiver', async () => {
    await new Promise((resolve) => server.close(resolve));
    const { send, settled } = sender();
    send(moved);
    await settled();
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('did not receive card.moved of DEMO-1: connect ECONNREFUSED');
  });

  test('never makes the caller wait and gives a silent receiver no more than the timeout', async () => {
    answer = 'never';
    const { send, settled } = sender({ timeoutMs: 300 });
    const start = performance.now();
    send(moved);
    const sent = performance.now() - start;
    let over = false;
    const done = settled().then(() => (over = true));
    await waitFor(() => received.length === 1, 'the request');
    expect(over).toBe(false);
    await done;
    expect(sent).toBeLessThan(250);
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(logged[0]).toMatch(/did not receive card\.moved of DEMO-1: .*timeout/);
  });

  test('refuses an empty secret', () => {
    expect(() => sender({ secret: '' })).toThrow('local-tracker has no secret to sign its webhooks with.');
  });
});
