import { readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import { startDevServer } from '../../adapters/temporal/dev-server.ts';
import { findTemporalCli } from '../../adapters/temporal/find-cli.ts';
import { stopLeftover } from '../../adapters/temporal/server-record.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { historiesOn, refuseCanaries } from './canaries.ts';
import { connectTo } from './workers.ts';

/** What the server's tests are given: `inject('temporal')`. */
export type ProvidedTemporal = { address: string; namespace: string; cliPath: string; cacheRoot: string };

declare module 'vitest' {
  interface ProvidedContext {
    temporal: ProvidedTemporal;
  }
}

/** Starts the one Temporal server of a test run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { provided, stop } = await startTestServer();
  project.provide('temporal', provided);
  return async () => {
    try {
      await searchHistories(provided);
    } finally {
      await stop();
    }
  };
}

/** No test's workflow may have been told a secret of the environment, whatever the test was about. */
async function searchHistories(server: ProvidedTemporal): Promise<void> {
  const { client, close } = await connectTo(server);
  try {
    for await (const history of historiesOn(client)) refuseCanaries([history]);
  } finally {
    await close();
  }
}

/** A server in memory, on a free port, with fast timers. */
export async function startTestServer(): Promise<{ provided: ProvidedTemporal; stop: () => Promise<void> }> {
  const cacheRoot = userCacheRoot(process.env, homedir());
  const cli = await findTemporalCli({ env: process.env, cacheRoot, say: tell });
  const servers = join(cacheRoot, 'test-servers');
  await stopServersOfDeadRuns(servers);
  const folder = join(servers, String(process.pid));
  const namespace = 'conveyor-test';
  const server = await startDevServer({
    cliPath: cli.path,
    folder,
    storage: 'memory',
    namespace,
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map(({ name, type }) => [name, type])),
    timers: 'fast',
  });
  return {
    provided: { address: server.address, namespace, cliPath: cli.path, cacheRoot },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

// A run that was killed leaves its server behind: it is in a process group of its own.
async function stopServersOfDeadRuns(servers: string): Promise<void> {
  for (const run of await readdir(servers).catch(() => [])) {
    if (!/^\d+$/.test(run) || runs(Number(run))) continue;
    await stopLeftover(join(servers, run));
    await rm(join(servers, run), { recursive: true, force: true });
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
