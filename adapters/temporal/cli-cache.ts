import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env, Looked } from './cli-step.ts';
import { absent, found, missing } from './cli-step.ts';
import { cliVersion, TEMPORAL_CLI_VERSION } from './cli-version.ts';

const NAME = `temporal-${TEMPORAL_CLI_VERSION}`;

/** Where Conveyor keeps what it can fetch or make again: `$XDG_CACHE_HOME/conveyor`, else `~/.cache/conveyor`. */
export function userCacheRoot(env: Env, home: string): string {
  return join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'conveyor');
}

/** The cached binary; it is asked for its version, so a damaged one counts as missing and is replaced. */
export function cachedCliPath(cacheRoot: string): string {
  return join(cacheRoot, NAME);
}

export async function cachedCli(cacheRoot: string): Promise<Looked> {
  const path = cachedCliPath(cacheRoot);
  const version = await cliVersion(path);
  return version === TEMPORAL_CLI_VERSION ? found(path) : absent(`no usable ${path}`);
}

/**
 * Runs `fetch` in an empty folder beside the cache and moves the binary it names into the cache in one step, so that
 * nobody ever sees half a file. The caller holds the cache's lock; what a killed fetch left behind is removed.
 */
export async function fillCache(cacheRoot: string, fetch: (folder: string) => Promise<Looked>): Promise<Looked> {
  await mkdir(cacheRoot, { recursive: true });
  await removeLeftovers(cacheRoot);
  const folder = await mkdtemp(join(cacheRoot, `${NAME}.fetch-`));
  try {
    const fetched = await fetch(folder);
    return fetched.kind === 'found' ? await keep(fetched.path, cachedCliPath(cacheRoot)) : fetched;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function keep(fetched: string, cached: string): Promise<Looked> {
  await chmod(fetched, 0o755);
  const version = await cliVersion(fetched);
  if (version !== TEMPORAL_CLI_VERSION) {
    return missing(`what came does not run here as version ${TEMPORAL_CLI_VERSION} (it says ${version ?? 'nothing'})`);
  }
  await rename(fetched, cached);
  return found(cached);
}

async function removeLeftovers(cacheRoot: string): Promise<void> {
  const names = await readdir(cacheRoot);
  const left = names.filter((name) => name.startsWith(`${NAME}.fetch-`));
  await Promise.all(left.map((name) => rm(join(cacheRoot, name), { recursive: true, force: true })));
}
