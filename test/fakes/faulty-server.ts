/** A real HTTP server on loopback that answers as it is told, and goes wrong as it is told. */

import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { path: string; headers: IncomingHttpHeaders; body: Buffer };
export type Reply = { status: number; headers?: Record<string, string>; body?: string };

/** What goes wrong with one request. `after`: the request had its effect, and the sender is not told so. */
export type Fault = { when: 'instead' | 'after'; answer: Reply | 'hang' | 'hang up' };

export type FaultyServer = {
  url: string;
  /** Taken one a request, oldest first; none left = all is well. */
  faults: Fault[];
  /** Every request, whatever was answered. */
  asked: Asked[];
  close: () => Promise<void>;
};

export async function startFaultyServer(work: (asked: Asked) => Reply): Promise<FaultyServer> {
  const faults: Fault[] = [];
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      asked.push(one);
      const fault = faults.shift();
      const well = fault?.when === 'instead' ? undefined : work(one);
      answer(response, fault?.answer ?? well ?? 'hang up');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    asked,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, reply: Fault['answer']): void {
  if (reply === 'hang') return;
  if (reply === 'hang up') {
    response.destroy();
    return;
  }
  response.writeHead(reply.status, reply.headers).end(reply.body);
}
