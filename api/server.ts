import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';

export type ApiServerOptions = {
  /** 0 takes a free one. */
  port: number;
  /** `127.0.0.1` when absent. `0.0.0.0` takes requests from everywhere: inside a container only. */
  bind?: '127.0.0.1' | '0.0.0.0';
  /** How long a request's head may take, in milliseconds; 5000 when absent. */
  headersMs?: number;
  /** How long a whole request may take to arrive; 15000 when absent: eight megabytes over a slow line. */
  requestMs?: number;
};

export type ApiServer = {
  url: string;
  /** Takes no new requests, lets those under way be answered, and is done after some seconds at most. */
  close: () => Promise<void>;
};

const CHECK_MS = 500;
const MOST_CONNECTIONS = 256;
const GRACE_MS = 5_000;

/** Listens on loopback unless told otherwise. Rejects when the port is taken. */
export async function startServer(listener: RequestListener, options: ApiServerOptions): Promise<ApiServer> {
  const { port, bind = '127.0.0.1', headersMs = 5_000, requestMs = 15_000 } = options;
  const limits = { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: CHECK_MS };
  const server = createServer(limits, listener);
  // Whoever sends slowly holds a connection until the limits above: not all memory, and not for ever.
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, bind);
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await closed;
      clearTimeout(force);
    },
  };
}
