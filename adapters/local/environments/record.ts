import { join } from 'node:path';
import { z } from 'zod';
import { folderName } from '../folder-name.ts';
import { readJson, writeJson } from '../store/json-file.ts';

const ProcessIdentity = z.object({ pid: z.int().min(2), startTime: z.string(), bootId: z.string() });

/** A release that was put into the environment: what it is made of, and under which lease and when it came. */
const Deployed = z.object({
  release: z.object({ environment: z.string(), digest: z.string(), deployId: z.string() }),
  artifact: z.object({ image: z.string(), digest: z.string(), revision: z.string(), buildRun: z.string() }),
  lease: z.number(),
  at: z.number(),
});
export type Deployed = z.infer<typeof Deployed>;

/** What should run in an environment, whether or not it does; what does run is asked from the environment itself. */
const EnvironmentRecord = z.object({
  v: z.literal(1),
  /** Chosen once: the environment's address does not change with its releases. */
  port: z.int().min(1).max(65_535),
  /** The newest lease seen: an older one is refused. */
  lease: z.number(),
  current: Deployed.optional(),
  previous: Deployed.optional(),
  /** The process of `current`, as long as it was not stopped on purpose. */
  process: ProcessIdentity.optional(),
  /** A release that was started and has not proven itself; after a crash it is taken over or ended. */
  starting: z.object({ deployed: Deployed, process: ProcessIdentity }).optional(),
});
export type EnvironmentRecord = z.infer<typeof EnvironmentRecord>;

/** Where an environment keeps its things. */
export type EnvironmentFolder = {
  record: string;
  /** The files of one deploy; never shared with another deploy or another artifact. */
  release: (deployed: Deployed) => string;
  releases: string;
  log: (deployed: Deployed) => string;
  checks: string;
};

export function folderOf(root: string, environment: string): EnvironmentFolder {
  const folder = join(root, folderName(environment));
  return {
    record: join(folder, 'record.json'),
    release: (deployed) => join(folder, 'releases', releaseName(deployed)),
    releases: join(folder, 'releases'),
    log: (deployed) => join(folder, 'logs', `${releaseName(deployed)}.log`),
    checks: join(folder, 'checks'),
  };
}

/** The name of a deploy's own folder under `releases`. */
export function releaseName({ release }: Deployed): string {
  return `${folderName(release.deployId)}@${release.digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** undefined before the first deploy. Throws `Store.Invalid` for a damaged record. */
export async function readRecord(folder: EnvironmentFolder): Promise<EnvironmentRecord | undefined> {
  return readJson(folder.record, EnvironmentRecord);
}

export async function writeRecord(folder: EnvironmentFolder, record: EnvironmentRecord): Promise<void> {
  await writeJson(folder.record, record);
}

/** Same artifact put there by the same deploy. */
export function sameRelease(a: Deployed | undefined, b: Deployed): boolean {
  return a?.release.digest === b.release.digest && a.release.deployId === b.release.deployId;
}
