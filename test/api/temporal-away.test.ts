import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createNudger } from '../../app/nudge.ts';
import { lazyClient, temporalOptions } from '../../app/temporal.ts';
import { taskWorkflowId, WORKFLOWS } from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import type { TestApi } from './support.ts';
import { openApi, post, signed } from './support.ts';

const DEADLINE_MS = 800;
/** What the machine may add to a deadline. */
const SLACK_MS = 1_500;
const KEY = `SHOP-${process.pid}`;
const BODY = JSON.stringify({ event: 'review', repo: 'shop', branch: `task/${KEY}`, at: 1 });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** The endpoint before a Temporal at this port, whatever is there. */
async function openBefore(
  port: number,
): Promise<{ api: TestApi; send: () => Promise<{ status: number; ms: number }> }> {
  const { namespace } = inject('temporal');
  const client = lazyClient(temporalOptions({ address: `127.0.0.1:${port}`, namespace }, {}));
  const api = await openApi({
    nudge: createNudger({ client, projectsOf: () => [], deadlineMs: DEADLINE_MS }),
    ready: () => client.withDeadline(Date.now() + DEADLINE_MS, () => client.workflowService.getSystemInfo({})),
  });
  closing.push(() => client.connection.close(), api.close);
  const send = async (): Promise<{ status: number; ms: number }> => {
    const at = performance.now();
    const { status } = await post(api, 'local', BODY, signed('local', BODY));
    return { status, ms: performance.now() - at };
  };
  return { api, send };
}

async function listen(port: number, take: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    take(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function portOfNobody(): Promise<number> {
  const { server, port } = await listen(0, () => undefined);
  server.close();
  await once(server, 'close');
  return port;
}

describe('with Temporal away', () => {
  it('a webhook is answered in time and counted, and the next one after its return is delivered', async () => {
    const port = await portOfNobody();
    const { api, send } = await openBefore(port);
    const first = await send();
    expect(first.status).toBe(503);
    expect(first.ms).toBeLessThan(DEADLINE_MS + SLACK_MS);
    expect(await api.count('local', 'undelivered')).toBe(1);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);

    const [host = '', real] = inject('temporal').address.split(':');
    await listen(port, (socket) => {
      const onward = connect(Number(real), host);
      socket.pipe(onward).pipe(socket);
      onward.on('error', () => socket.destroy());
    });
    const client = lazyClient(temporalOptions(inject('temporal'), {}));
    closing.push(() => client.connection.close());
    const task = await client.workflow.start(WORKFLOWS.task, {
      workflowId: taskWorkflowId(KEY),
      taskQueue: `${KEY}-nobody`,
      args: [],
    });
    closing.push(() => task.terminate());
    await waitFor(async () => (await send()).status === 202, 'a delivered webhook');
    expect(await api.count('local', 'accepted')).toBe(1);
    const { events } = await task.fetchHistory();
    const signals = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes);
    expect(signals).toHaveLength(1);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  });

  it('a server that takes the connection and says nothing is waited for no longer', async () => {
    const { port } = await listen(0, () => undefined);
    const { api, send } = await openBefore(port);
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(DEADLINE_MS + SLACK_MS);
    expect(await api.count('local', 'undelivered')).toBe(20);
  });
});
