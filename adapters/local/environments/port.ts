import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { PortError } from '../../../activities/ports.ts';

// Below the range systems take outgoing ports from: there a stranger's connection could hold it during a restart.
const FIRST = 20_000;
const COUNT = 12_000;

/** A free loopback port, where possible the same one for the same name. `taken` are not to be chosen. */
export async function choosePort(name: string, taken: readonly number[]): Promise<number> {
  const start = createHash('sha256').update(name).digest().readUInt32BE(0);
  for (let step = 0; step < COUNT; step += 1) {
    const port = FIRST + ((start + step) % COUNT);
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
  throw new PortError('Environment.NoPort', `No free port between ${FIRST} and ${FIRST + COUNT} for ${name}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
