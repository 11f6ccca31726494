import { afterEach, describe, expect, it } from 'vitest';
import type { WorkerStatus } from '../../worker/create-worker.ts';
import type { Health } from '../../worker/health.ts';
import { startHealth } from '../../worker/health.ts';

let health: Health | undefined;

afterEach(async () => health?.close());

type State = WorkerStatus['state'];

const answers = async (): Promise<unknown> => ({});
const refuses = (): Promise<never> => Promise.reject(new Error('connection refused'));

describe('the health endpoints', () => {
  it.each<[string, State[], () => Promise<unknown>, { livez: number; readyz: number }]>([
    ['all workers run and Temporal answers', ['RUNNING', 'RUNNING'], answers, { livez: 200, readyz: 200 }],
    ['Temporal is away', ['RUNNING', 'RUNNING'], refuses, { livez: 200, readyz: 503 }],
    ['the workers are not there yet', [], answers, { livez: 200, readyz: 503 }],
    ['one worker is still starting', ['RUNNING', 'INITIALIZED'], answers, { livez: 200, readyz: 503 }],
    ['one worker drains', ['RUNNING', 'DRAINING'], answers, { livez: 200, readyz: 503 }],
    ['one worker has failed', ['RUNNING', 'FAILED'], answers, { livez: 503, readyz: 503 }],
    ['one worker has stopped', ['RUNNING', 'STOPPED'], answers, { livez: 503, readyz: 503 }],
  ])('when %s', async (_, states, ping, expected) => {
    const workers = states.map((state, index) => ({ queue: `queue-${index}`, state }));
    health = await startHealth({ port: 0, status: () => workers, ping });
    const livez = await fetch(`${health.url}/livez`);
    const readyz = await fetch(`${health.url}/readyz`);
    expect({ livez: livez.status, readyz: readyz.status }).toEqual(expected);
    expect(await livez.json()).toEqual({ status: livez.ok ? 'ok' : 'failing', workers });
    expect(await readyz.json()).toEqual({
      status: readyz.ok ? 'ok' : 'failing',
      workers,
      temporal: ping === answers ? 'reachable' : 'unreachable',
    });
  });

  it('calls a Temporal that never answers unreachable', async () => {
    health = await startHealth({ port: 0, status: () => [], ping: () => new Promise(() => {}) });
    expect(await (await fetch(`${health.url}/readyz`)).json()).toMatchObject({ temporal: 'unreachable' });
  });

  it.each([
    ['loopback unless told otherwise', {}, undefined],
    ['every address', { bind: '0.0.0.0' }, 200],
  ] as const)('listen on %s', async (_what, bind, elsewhere) => {
    health = await startHealth({ port: 0, ...bind, status: () => [], ping: answers });
    // Another address of this machine, and no loopback interface of its own.
    const url = health.url.replace('127.0.0.1', '127.0.0.2');
    const answer = await fetch(`${url}/livez`).catch(() => undefined);
    expect(answer?.status).toBe(elsewhere);
  });

  it('knows no other page', async () => {
    health = await startHealth({ port: 0, status: () => [], ping: answers });
    expect((await fetch(health.url)).status).toBe(404);
  });
});
