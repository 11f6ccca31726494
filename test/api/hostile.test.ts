import { request as httpRequest, Agent } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApi } from './support.ts';
import { openApi, post, recorded, SECRETS, signed } from './support.ts';

const REQUESTS = 7_000;
const BROKEN = 3_000;
const AT_ONCE = 25;
const SEED = 20_261_122;

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let api: TestApi;
beforeAll(async () => {
  // Raw sockets may send half a request and stay: they are let go soon.
  api = await openApi({ headersMs: 1_000, requestMs: 1_500 });
});
afterAll(async () => {
  agent.destroy();
  await api.close();
});

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

describe('10,000 hostile requests', () => {
  it('are each refused, and move nothing', async () => {
    const statuses = await inTurns(fc.sample(anyRequest, { numRuns: REQUESTS, seed: SEED }), ask);
    const seen = new Set(statuses);
    // A HEAD, GET or OPTIONS of nothing in particular may be answered well; nothing is a server's mistake.
    expect([...seen].filter((status) => status >= 500 || status === 202)).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([401, 404, 405, 415]));
    expect(api.nudged).toEqual([]);
  }, 120_000);

  it('that are no HTTP are each closed, and move nothing', async () => {
    const answers = await inTurns(fc.sample(anyBytes, { numRuns: BROKEN, seed: SEED }), tell);
    expect(answers.filter((answer) => /^HTTP\/1\.1 (?:202|5\d\d)/.test(answer))).toEqual([]);
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 400')).length).toBeGreaterThan(BROKEN / 4);
    expect(api.nudged).toEqual([]);
  }, 120_000);

  it('leave a server that answers, and that crashed nowhere', async () => {
    const { body, headers } = recorded('plane', '029-issue-updated-ui-state');
    expect((await post(api, 'plane', body, headers)).status).toBe(202);
    for (const sender of ['plane', 'gitea', 'local'] as const) expect(await api.count(sender, 'failed')).toBe(0);
    expect(api.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    expect(JSON.stringify(api.logged)).not.toContain(SECRETS.local[0]);
    api.nudged.length = 0;
  });
});

describe('a delivery that is signed and hostile', () => {
  const values = [null, true, -1, 1e308, '', 'None', [[]], {}, JSON.parse('{"__proto__":{"id":1}}'), '../..'];

  it.each([
    ['plane' as const, '029-issue-updated-ui-state'],
    ['gitea' as const, '425-status-success'],
    ['gitea' as const, '422-push-branch'],
  ])('may have a wrong type in any field of %s %s', async (sender, name) => {
    const { body, headers } = recorded(sender, name);
    const event = { 'x-gitea-event-type': headers['X-Gitea-Event-Type'] ?? '' };
    const original: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    const bodies = pathsOf(original).flatMap((path) => values.map((value) => withValue(original, path, value)));
    expect(bodies.length).toBeGreaterThan(300);
    const statuses = await inTurns(bodies, (changed) => {
      const bytes = JSON.stringify(changed);
      const signature = { ...signed(sender, bytes), ...event };
      return ask({ method: 'POST', path: `/webhooks/${sender}`, headers: signature, body: bytes });
    });
    expect(new Set(statuses)).toEqual(new Set([200, 202, 400]));
    for (const { kind: _kind, ...target } of api.nudged.splice(0)) {
      for (const part of Object.values(target)) expect(part).toMatch(/^[\w/-]{1,50}$/);
    }
  });
});

async function inTurns<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    results.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map(work))));
  }
  return results;
}

type Ask = { method: string; path: string; headers: Record<string, string | undefined>; body: string | Buffer };

/** The answer's status; 0 when the client itself refuses to send such a thing. */
function ask({ method, path, headers, body }: Ask): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(api.url);
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
function tell(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const said: Buffer[] = [];
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (data: Buffer) => said.push(data));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(said).toString('latin1')));
  });
}

type Path = readonly (string | number)[];

/** Every field, those of mappings and lists within included. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function withValue(original: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  const copy: Record<string | number, unknown> = Array.isArray(original)
    ? (Object.assign([], original) as never)
    : { ...(original as object) };
  copy[first] = withValue(copy[first], rest, value);
  return copy;
}
