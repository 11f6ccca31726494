import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../api/app.ts';
import type { Health } from '../../worker/health.ts';
import { startHealth } from '../../worker/health.ts';
import type { TestApi } from '../api/support.ts';
import { openApi, signed } from '../api/support.ts';

/** Everything that answers to whoever reaches its port. A new route needs its line here: what does it take or tell? */
const OPEN: Record<string, RegExp> = {
  '/healthz': /^\{"status":"ok"\}$/,
  '/readyz': /^\{"temporal":"(?:un)?reachable"\}$/,
  // Counts by sender and outcome: no name, key, address or text of anybody.
  '/metrics':
    /^(?:(?:#.*|conveyor_\w+(?:\{(?:(?:sender|outcome|le)="[\w.+]+",?)+\})? [\d.e+-]+|(?:process|nodejs)_\w+(?:\{[^}]*\})? [\w.e+-]+|)\n)+$/,
};
const SIGNED = ['/webhooks/plane', '/webhooks/gitea', '/webhooks/local'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

let api: TestApi;
let health: Health;
beforeAll(async () => {
  api = await openApi();
  const status = () => [{ queue: 'conveyor-control', state: 'RUNNING' as const }];
  health = await startHealth({ port: 0, status, ping: async () => ({ secret: 'not told' }) });
});
afterAll(async () => {
  await api.close();
  await health.close();
});

type Layer = { route?: { path?: unknown } };

/** The paths the app was given, from its router. */
function routes(): string[] {
  const app = createApp({
    ...({} as Parameters<typeof createApp>[0]),
    secrets: { local: ['x'] },
    ready: async () => ({}),
  });
  const layers: Layer[] = (app.router as unknown as { stack: Layer[] }).stack;
  return layers.flatMap(({ route }) => (typeof route?.path === 'string' ? [route.path] : []));
}

describe('the endpoint', () => {
  it('has these routes and no other', () => {
    expect(routes().toSorted()).toEqual([...Object.keys(OPEN), ...SIGNED].toSorted());
  });

  it.each(Object.entries(OPEN))('%s tells nothing of what is delivered', async (path, tells) => {
    const body = JSON.stringify({ event: 'card.moved', key: 'SHOP-1', project: 'SHOP', at: 1 });
    await fetch(`${api.url}/webhooks/local`, { method: 'POST', headers: signed('local', body), body });
    const text = await (await fetch(`${api.url}${path}`)).text();
    expect(text).toMatch(tells);
    expect(text).not.toMatch(/SHOP|shop/);
  });

  it.each(SIGNED)('%s does nothing without a signature, by any method', async (path) => {
    api.nudged.length = 0;
    for (const method of METHODS) {
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{"event":"issue"}' };
      const headers = { 'content-type': 'application/json' };
      const { status } = await fetch(`${api.url}${path}`, { method, headers, ...body });
      expect([401, 405]).toContain(status);
    }
    expect(api.nudged).toEqual([]);
  });
});

describe('the health of a worker', () => {
  it.each(['/livez', '/readyz'])('%s tells the state of each queue and nothing else', async (path) => {
    const report = (await (await fetch(`${health.url}${path}`)).json()) as Record<string, unknown>;
    expect({ ...report, temporal: 'reachable' }).toEqual({
      status: 'ok',
      workers: [{ queue: 'conveyor-control', state: 'RUNNING' }],
      temporal: 'reachable',
    });
  });

  it.each(['/', '/metrics', '/debug', '/livez/', '/livez?x', '/../livez', '/workers', '/shutdown', '//livez'])(
    'has nothing at %s, by any method',
    async (path) => {
      for (const method of METHODS)
        expect((await fetch(`${health.url}${path}`, { method })).status).toBe(path === '/../livez' ? 200 : 404);
    },
  );
});
