import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import type { TestApi } from './support.ts';
import { openApi, post, signed } from './support.ts';

let api: TestApi | undefined;
const open = async (...options: Parameters<typeof openApi>): Promise<TestApi> => (api = await openApi(...options));
afterEach(() => api?.close());

const BODY = JSON.stringify({ event: 'card.moved', project: 'SHOP', key: 'SHOP-1', at: 1 });

describe('the API', () => {
  it('says that it is alive without asking anybody', async () => {
    const { url } = await open({ ready: () => Promise.reject(new Error('away')) });
    const response = await fetch(`${url}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it.each<[string, () => Promise<unknown>, number, string]>([
    ['answers', async () => ({}), 200, 'reachable'],
    ['refuses', () => Promise.reject(new Error('refused')), 503, 'unreachable'],
    ['says nothing', () => new Promise(() => {}), 503, 'unreachable'],
  ])('is ready as far as Temporal %s', async (_what, ready, status, temporal) => {
    const { url } = await open({ ready });
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(4_000) });
    expect([response.status, await response.json()]).toEqual([status, { temporal }]);
  });

  it('asks Temporal once, however many ask whether it is ready', async () => {
    let asked = 0;
    const { url } = await open({
      ready: () => {
        asked += 1;
        return new Promise(() => {});
      },
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/readyz`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 503));
    expect(asked).toBe(1);
  });

  it('measures itself and what becomes of webhooks, from the first one on', async () => {
    const { url, count } = await open();
    expect(await count('gitea', 'undelivered')).toBe(0);
    await post({ url }, 'local', BODY, signed('local', BODY));
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toContain('conveyor_webhooks_total{sender="local",outcome="accepted"} 1');
    expect(text).toContain('conveyor_webhook_accept_seconds_count{sender="local"} 1');
    expect(text).toContain('conveyor_webhook_accept_seconds_count{sender="plane"} 0');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('does not count with another server in the process', async () => {
    const other = await openApi();
    const { url, count } = await open();
    await post({ url }, 'local', BODY, signed('local', BODY));
    expect([await count('local', 'accepted'), await other.count('local', 'accepted')]).toEqual([1, 0]);
    await other.close();
  });

  it('tells browsers to be careful, names each request, and does not tell what it runs on', async () => {
    const { url } = await open();
    const [one, two] = [await fetch(`${url}/healthz`, { headers: { 'x-request-id': 'mine' } }), await fetch(url)];
    expect(one.headers.get('x-powered-by')).toBeNull();
    expect(one.headers.get('content-security-policy')).toContain("default-src 'self'");
    const ids = [one, two].map(({ headers }) => headers.get('x-request-id') ?? '');
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['/', '/webhooks', '/webhooks/github', '/webhooks/plane/x', '/api/tasks', '/..%2fetc', '/%ff'])(
    'has nothing at %s, and says so as a problem',
    async (path) => {
      const { url } = await open();
      const response = await fetch(`${url}${path}`, { method: 'POST' });
      expect([400, 404]).toContain(response.status);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(JSON.stringify(await response.json())).not.toMatch(/node_modules|\.ts| {4}at /);
    },
  );

  it('limits an address before it reads a body, whoever it says it is, and goes on telling how it is', async () => {
    const { url, count, nudged } = await open({ requestsPerMinute: 3 });
    const statuses: number[] = [];
    for (let number = 0; number < 5; number++) {
      const headers = {
        ...signed('local', BODY),
        'x-forwarded-for': `10.0.0.${number}`,
        forwarded: `for=10.0.0.${number}`,
      };
      statuses.push((await post({ url }, 'local', BODY, headers)).status);
    }
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
    const response = await fetch(`${url}/webhooks/local`, { method: 'POST', body: BODY });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await count('local', 'limited')).toBe(3);
    expect(nudged).toHaveLength(3);
    expect((await fetch(`${url}/nowhere`)).status).toBe(429);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('answers what is under way before it closes', async () => {
    let deliver = (): void => undefined;
    const nudging = new Promise<void>((resolve) => (deliver = resolve));
    let called = false;
    const { url, close } = await openApi({
      nudge: async () => {
        called = true;
        await nudging;
        return { workflowIds: [] };
      },
    });
    const answer = post({ url }, 'local', BODY, signed('local', BODY));
    await waitFor(() => called, 'the nudge');
    const closed = close();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    deliver();
    expect((await answer).status).toBe(202);
    await closed;
  });

  it('tells nothing of its insides when a nudge fails in an unforeseen way', async () => {
    const { url, count } = await open({
      read: () => {
        throw new Error('secret insides');
      },
    });
    const answer = await post({ url }, 'local', BODY, signed('local', BODY));
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer)).not.toContain('insides');
    expect(await count('local', 'failed')).toBe(1);
  });
});
