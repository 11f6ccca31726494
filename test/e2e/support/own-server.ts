/** A Temporal server for one file: programs that take tasks from queues of fixed names must be alone on theirs. */

import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { userCacheRoot } from '../../../adapters/temporal/cli-cache.ts';
import type { DevServer, DevServerOptions } from '../../../adapters/temporal/dev-server.ts';
import { startDevServer } from '../../../adapters/temporal/dev-server.ts';
import { findTemporalCli } from '../../../adapters/temporal/find-cli.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';

export type OwnServer = {
  /** Starts it, again where it was. */
  start: () => Promise<DevServer>;
  /** Of the server's own files. */
  folder: string;
  cacheRoot: string;
};

/** Prepares a server; whoever starts it stops it. */
export async function withServer<T>(
  options: Pick<DevServerOptions, 'storage' | 'port'>,
  work: (server: OwnServer) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-server-'));
  const cacheRoot = userCacheRoot(process.env, homedir());
  const cli = await findTemporalCli({ env: process.env, cacheRoot, say: () => undefined });
  const start = (): Promise<DevServer> =>
    startDevServer({
      cliPath: cli.path,
      folder,
      namespace: 'conveyor-test',
      searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map(({ name, type }) => [name, type])),
      timers: 'fast',
      ...options,
    });
  try {
    return await work({ start, folder, cacheRoot });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
