import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Throws when nobody listens at `host:port`. A client would try for seconds before it says the same, and less clearly.
 * Anything but a refused connection is left for the client to judge: it may go through a proxy.
 */
export async function refuseClosedPort(address: string): Promise<void> {
  const [, host, port] = /^([^/:]+):(\d+)$/.exec(address) ?? [];
  if (host === undefined || port === undefined) return;
  const socket = connect({ host, port: Number(port), timeout: 2_000 });
  try {
    await Promise.race([once(socket, 'connect'), once(socket, 'timeout')]);
  } catch (error) {
    if (isRefused(error)) throw new Error('connection refused', { cause: error });
  } finally {
    socket.destroy();
  }
}

/** A name with several addresses is refused by each of them. */
function isRefused(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isRefused);
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
