import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

export type SocketPath = { path: string; close: () => Promise<void> };

const NAME = 'alive';

/**
 * Where the socket of a worker's folder is, as the kernel takes it: an address has room for about a hundred bytes, and
 * a folder's path may be longer. Valid until `close`. Throws what opening the folder throws.
 */
export async function socketIn(folder: string): Promise<SocketPath> {
  if (process.platform !== 'linux') return { path: join(folder, NAME), close: async () => undefined };
  const handle: FileHandle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${handle.fd}/${NAME}`, close: () => handle.close() };
}
