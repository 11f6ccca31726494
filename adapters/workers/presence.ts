import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { SocketPath } from './socket.ts';
import { socketIn } from './socket.ts';
import { nameOf, thisWorker } from './worker-process.ts';

/** A running worker as the others on its volume see it. */
export type Presence = {
  /** Does the work of one try, whose token lies in the worker's folder until its result has been reported. */
  noted: <T>(token: string, work: () => Promise<T>) => Promise<T>;
  /** Signs off. Tries that were left behind stay noted, and whoever looks next fails them. */
  close: () => Promise<void>;
};

/** Of a file that holds the token of one try. */
export const TRY = '.try';

/** A token that was reported is refused, so that it may be told too often. */
const REPORTED_MS = 2_000;

/**
 * Makes this worker's folder below `root`: a socket that answers as long as the process lives, and a file for each try
 * it works on. Where the file system knows no sockets, other containers cannot tell, and leave the worker alone.
 */
export async function openPresence(root: string): Promise<Presence> {
  const folder = join(root, nameOf(thisWorker()));
  const draft = join(root, `.${randomUUID()}`);
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const place = await socketIn(draft);
  const server = await listen(place);
  // Whole from the start: a socket that does not listen yet would look like a dead worker's.
  await rename(draft, folder);
  let running = 0;
  return {
    noted: async (token, work) => {
      const file = join(folder, `${randomUUID()}${TRY}`);
      // One that cannot be noted is missed by its heartbeat alone, as without any of this.
      await writeFile(file, token, { mode: 0o600 }).catch(() => undefined);
      running++;
      try {
        return await work();
      } finally {
        running--;
        setTimeout(() => void rm(file, { force: true }), REPORTED_MS).unref();
      }
    },
    close: async () => {
      server?.close();
      await place.close();
      if (running === 0) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** undefined where there can be none. */
async function listen({ path }: SocketPath): Promise<Server | undefined> {
  const server = createServer((caller) => caller.destroy());
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(path, () => resolve(server.unref()));
  });
}
