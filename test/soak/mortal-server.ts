/** A Temporal server on its file that is started again, on the same port, whenever it dies. */

import { freePorts } from '../../adapters/temporal/free-ports.ts';
import type { DevServer } from '../../adapters/temporal/dev-server.ts';
import { withServer } from '../e2e/support/own-server.ts';

export type MortalServer = Pick<DevServer, 'address' | 'namespace'> & { deaths: () => number };

/** `tell` hears the process number of each server, the first one's before the work starts. */
export async function withMortalServer<T>(
  tell: (pid: number) => Promise<void>,
  work: (server: MortalServer) => Promise<T>,
): Promise<T> {
  const [port = 0] = await freePorts(1);
  return withServer({ storage: 'normal', port }, async ({ start }) => {
    let server = await start();
    let deaths = 0;
    let stopping = false;
    await tell(server.pid);

    async function keepRunning(): Promise<void> {
      for (;;) {
        await server.ended;
        if (stopping) return;
        deaths++;
        server = await start();
        await tell(server.pid);
      }
    }

    const running = keepRunning();
    const broken = running.then(() => new Promise<never>(() => undefined));
    try {
      return await Promise.race([work({ ...server, deaths: () => deaths }), broken]);
    } finally {
      stopping = true;
      await server.stop();
      await running;
    }
  });
}
