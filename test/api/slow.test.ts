import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { openApi, post, recorded } from './support.ts';

const HEADERS_MS = 700;
const REQUEST_MS = 1_000;
/** What the server's own looks at its connections, and a busy machine, may add. */
const SLACK_MS = 3_000;

const HEAD = 'POST /webhooks/local HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const SIGNED = `${HEAD}X-Conveyor-Signature: sha256=${'a'.repeat(64)}\r\n`;

it.each([
  ['the head', HEAD, 'X-A: b\r\n'],
  ['a body', `${SIGNED}Content-Length: 100000\r\n\r\n`, ' '],
  ['a body in chunks', `${SIGNED}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
])('who sends %s drop by drop is let go, and keeps nobody else waiting', async (_what, start, drop) => {
  const api = await openApi({ headersMs: HEADERS_MS, requestMs: REQUEST_MS });
  const closed = Promise.all(Array.from({ length: 50 }, () => drip(api.url, start, drop)));
  const { body, headers } = recorded('plane', '029-issue-updated-ui-state');
  expect((await post(api, 'plane', body, headers)).status).toBe(202);
  for (const { ms, said } of await closed) {
    expect(ms).toBeLessThan(REQUEST_MS + SLACK_MS);
    expect(said).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  }
  expect(api.nudged).toHaveLength(1);
  await api.close();
});

/** Sends a drop every 50 ms until the server closes; how long that took, and what it said. */
function drip(url: string, start: string, drop: string): Promise<{ ms: number; said: string }> {
  return new Promise((resolve) => {
    const at = performance.now();
    let said = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(start);
    const dripping = setInterval(() => socket.write(drop), 50);
    socket.on('data', (data) => (said += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(dripping);
      resolve({ ms: performance.now() - at, said });
    });
  });
}
