import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeployResult } from '../../../activities/ports.ts';
import { isAlive } from '../processes/identity.ts';
import { copyArtifact } from '../artifacts/tree.ts';
import type { LocalEnvironmentsOptions, Target } from './options.ts';
import { choosePort } from './port.ts';
import type { Deployed, EnvironmentRecord } from './record.ts';
import { folderOf, readRecord, releaseName, sameRelease, writeRecord } from './record.ts';
import { isRunning, startService, stopService } from './service.ts';

/** Puts a release into its environment. The caller holds the environment's lock. */
export async function deployRelease(target: Target, deployed: Deployed): Promise<DeployResult> {
  const folder = folderOf(target.options.root, target.name);
  const record = await recordOf(target);
  if (deployed.lease < record.lease) {
    const detail = `Lease ${deployed.lease} is older than ${record.lease}, the newest that ${target.name} has seen`;
    return { kind: 'refused', detail };
  }
  // Before anything else happens: from here on an older lease is refused, whatever becomes of this deploy.
  const fenced: EnvironmentRecord = { ...record, lease: deployed.lease };
  await writeRecord(folder, fenced);

  const running = await alreadyRunning(fenced, deployed);
  if (running) {
    await writeRecord(folder, running);
    return { kind: 'deployed' };
  }
  return replace(target, fenced, deployed);
}

/** Starts what the record says should run, unless it does. Returns why it did not come up. */
export async function resumeRelease(target: Target): Promise<string | undefined> {
  const known = await readRecord(folderOf(target.options.root, target.name));
  if (!known?.current) return undefined;
  const record = await recordOf(target);
  // Alive is enough: a release that is slow to answer for a moment must not be ended for it.
  if (record.process && record.port === known.port && (await isAlive(record.process))) return undefined;
  await stopService(target, record);
  return startCurrent(target, record, known.current);
}

/** Ends what runs; what should run stays on record. */
export async function stopRelease(target: Target): Promise<void> {
  const folder = folderOf(target.options.root, target.name);
  const record = await readRecord(folder);
  if (!record) return;
  await stopService(target, record);
  await writeRecord(folder, { ...record, process: undefined, starting: undefined });
}

// Also finds a release that was started by a call that was killed before it could answer.
async function alreadyRunning(record: EnvironmentRecord, deployed: Deployed): Promise<EnvironmentRecord | undefined> {
  const { current, process, starting, port } = record;
  if (current && process && sameRelease(current, deployed) && (await isRunning(deployed, process, port))) return record;
  if (starting && sameRelease(starting.deployed, deployed) && (await isRunning(deployed, starting.process, port))) {
    return succeed(record, deployed, starting.process);
  }
  return undefined;
}

async function replace(target: Target, record: EnvironmentRecord, deployed: Deployed): Promise<DeployResult> {
  const folder = folderOf(target.options.root, target.name);
  const place = folder.release(deployed);
  await rm(`${place}.new`, { recursive: true, force: true });
  const { image, digest } = deployed.artifact;
  // The long part first, and on the side: nothing has changed yet when the artifact turns out to be damaged.
  await copyArtifact(target.options.artifact(image, digest), digest, `${place}.new`);
  await stopService(target, record);
  await rm(place, { recursive: true, force: true });
  await rename(`${place}.new`, place);

  const stopped: EnvironmentRecord = { ...record, process: undefined, starting: undefined };
  const result = await startService(target, deployed, record.port, (process) =>
    writeRecord(folder, { ...stopped, starting: { deployed, process } }),
  );
  if (result.kind === 'failed') return goBack(target, stopped, deployed, result.why);
  const next = succeed(stopped, deployed, result.process);
  await writeRecord(folder, next);
  await removeOthers(folder.releases, [next.current, next.previous]);
  return { kind: 'deployed' };
}

function succeed(
  record: EnvironmentRecord,
  deployed: Deployed,
  process: EnvironmentRecord['process'],
): EnvironmentRecord {
  const previous = sameRelease(record.current, deployed) ? record.previous : record.current;
  return { ...record, current: deployed, previous, process, starting: undefined };
}

/** The deploy failed: what ran before runs again, if anything did. */
async function goBack(
  target: Target,
  stopped: EnvironmentRecord,
  failed: Deployed,
  why: string,
): Promise<DeployResult> {
  await writeRecord(folderOf(target.options.root, target.name), stopped);
  const detail = `${failed.artifact.revision.slice(0, 12)} did not start in ${target.name}: ${why}`;
  const { current } = stopped;
  if (!current || sameRelease(current, failed)) return { kind: 'failed', detail: `${detail}\nNothing runs there now.` };
  const trouble = await startCurrent(target, stopped, current);
  const before = current.artifact.revision.slice(0, 12);
  const after = trouble === undefined ? `${before} runs there again.` : `${before} did not start again: ${trouble}`;
  return { kind: 'failed', detail: `${detail}\n${after}` };
}

async function startCurrent(target: Target, record: EnvironmentRecord, current: Deployed): Promise<string | undefined> {
  const folder = folderOf(target.options.root, target.name);
  const result = await startService(target, current, record.port, (process) =>
    writeRecord(folder, { ...record, process, starting: undefined }),
  );
  if (result.kind === 'ready') return undefined;
  await writeRecord(folder, { ...record, process: undefined, starting: undefined });
  return result.why;
}

/** What is on record, at the port that is configured now; a new record before the first deploy. */
async function recordOf(target: Target): Promise<EnvironmentRecord> {
  const record = await readRecord(folderOf(target.options.root, target.name));
  if (!record) return { v: 1, port: await portOf(target), lease: 0 };
  return { ...record, port: target.definition.port || record.port };
}

async function portOf({ name, definition, options }: Target): Promise<number> {
  if (definition.port !== 0) return definition.port;
  const others = await Promise.all(Object.keys(options.environments).map((other) => takenPort(options, other)));
  return choosePort(`${options.root}:${name}`, others.flat());
}

async function takenPort({ root, environments }: LocalEnvironmentsOptions, name: string): Promise<number[]> {
  const record = await readRecord(folderOf(root, name));
  return [environments[name]?.port, record?.port].filter((port) => port !== undefined);
}

async function removeOthers(releases: string, keep: (Deployed | undefined)[]): Promise<void> {
  const names = new Set(keep.filter((one) => one !== undefined).map(releaseName));
  const old = (await readdir(releases)).filter((name) => !names.has(name));
  await Promise.all(old.map((name) => rm(join(releases, name), { recursive: true, force: true })));
}
