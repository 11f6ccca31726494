/** Requests that nobody well-meaning sends, and how they are sent: some are no HTTP at all. */

import type { Agent } from 'node:http';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';

const SEED = 20_261_122;
const AT_ONCE = 25;

const anyPath = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('/webhooks/plane', '/webhooks/gitea', '/webhooks/local') },
  fc.constantFrom(
    '/',
    '/webhooks',
    '/webhooks/plane/',
    '/webhooks/%00',
    '/webhooks/%zz',
    '//webhooks//local?x[y]=1',
    '*',
  ),
  fc.webPath().map((path) => path || '/'),
);
const anySignature = fc.oneof(
  fc.constantFrom('', 'sha256=', 'a'.repeat(64), 'A'.repeat(64), `sha256=${'0'.repeat(64)}`, 'null', '${jndi:x}'),
  fc.stringMatching(/^(sha256=)?[0-9a-f]{0,70}$/),
  fc.stringMatching(/^[ -~]{1,80}$/),
);
const anyType = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8') },
  fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'application/json;;;', ';', 'multipart/form-data'),
);
const anyBody = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('{"__proto__":{"isAdmin":true}}', '['.repeat(5_000), '\u0000', '{"event":"issue"}', ''),
);
const anyRequest = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'),
  path: anyPath,
  headers: fc.record(
    {
      'content-type': anyType,
      'x-plane-signature': anySignature,
      'x-gitea-signature': anySignature,
      'x-conveyor-signature': anySignature,
      'x-gitea-event-type': fc.constantFrom('push', 'status', '__proto__', 'x'.repeat(200)),
      'x-forwarded-for': fc.constantFrom('1.2.3.4', 'unknown', '::1', ','),
      'content-encoding': fc.constantFrom('gzip', 'br', 'identity', 'x'),
      host: fc.constantFrom('localhost', 'evil.test:99999', ''),
      cookie: fc.stringMatching(/^[ -~]{0,40}$/),
    },
    { requiredKeys: [] },
  ),
  body: anyBody,
});

/** Bytes that are no request, or almost one. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    'POST /webhooks/local HTTP/1.1\r\n\r\n',
    'POST /webhooks/local HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'POST /webhooks/local HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    'POST /webhooks/local HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999999999999\r\n\r\n',
    'POST /webhooks/local HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n',
    'POST /webhooks/local HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'POST /webhooks/local HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n',
    'POST /webhooks/local HTTP/9.9\r\nHost: x\r\n\r\n',
    'POST /webhooks/local\r\n\r\n',
    'POST http://evil.test/webhooks/local HTTP/1.1\r\nHost: y\r\nContent-Length: 0\r\n\r\n',
    'CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test\r\n\r\n',
    'GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `POST /webhooks/local HTTP/1.1\r\nHost: x\r\n${'x-a: b\r\n'.repeat(3_000)}\r\n`,
    'POST /webhooks/local HTTP/1.1\r\nHost: x\r\nX-Conveyor-Signature: \u0000\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
  ),
);

/** The same ones each time. */
export function hostileRequests(count: number): Ask[] {
  return fc.sample(anyRequest, { numRuns: count, seed: SEED });
}

/** Bytes that are no request, the same ones each time. */
export function hostileBytes(count: number): (string | Buffer)[] {
  return fc.sample(anyBytes, { numRuns: count, seed: SEED });
}

/** Some at a time. */
export async function inTurns<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    results.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map(work))));
  }
  return results;
}

export type Ask = { method: string; path: string; headers: Partial<Record<string, string>>; body: string | Buffer };

/** One request over a connection of the agent: the answer's status; 0 when the client itself refuses to send such a thing. */
export function ask(url: string, agent: Agent, { method, path, headers, body }: Ask): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const length = Buffer.byteLength(body);
    const hasBody = !['GET', 'HEAD', 'TRACE'].includes(method);
    const all = { ...headers, ...(hasBody ? { 'content-length': String(length) } : {}) };
    try {
      const asking = httpRequest({ agent, host: '127.0.0.1', port, method, path, headers: all }, (response) => {
        text(response).then(() => resolve(response.statusCode ?? 0), reject);
      });
      asking.on('error', reject);
      asking.end(hasBody ? body : undefined);
    } catch {
      resolve(0);
    }
  });
}

/** What the server says until it closes; the sender closes its half at once. */
export function tell(url: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const said: Buffer[] = [];
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (data: Buffer) => said.push(data));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(said).toString('latin1')));
  });
}
