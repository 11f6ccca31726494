import { once } from 'node:events';
import { createServer } from 'node:net';
import { PortError } from '../../activities/ports.ts';

/**
 * Throws `Stack.PortTaken` when somebody listens at that port of 127.0.0.1. Without it a process of ours that cannot
 * listen would look ready, because the other one answers in its place. `variable` is what chooses another port.
 */
export async function refuseTakenPort(port: number, variable: string): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    const what = `Port ${port} of 127.0.0.1 cannot be used (${error instanceof Error ? error.message : String(error)}).`;
    throw new PortError('Stack.PortTaken', `${what} Choose another one with ${variable}.`, 'config', { cause: error });
  }
  await once(server.close(), 'close');
}
