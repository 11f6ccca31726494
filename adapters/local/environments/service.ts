import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessIdentity } from '../processes/identity.ts';
import { isAlive } from '../processes/identity.ts';
import { start } from '../processes/start.ts';
import { stop, stopMarked } from '../processes/stop.ts';
import { tail } from '../processes/tail.ts';
import type { Version } from './ask.ts';
import { askVersion } from './ask.ts';
import type { Target } from './options.ts';
import type { Deployed, EnvironmentRecord } from './record.ts';
import { folderOf } from './record.ts';

const POLL_MS = 50;
const ASK_MS = 2_000;
const GRACE_MS = 5_000;

/** `failed.why`: one sentence and the end of the log. */
export type ServiceResult = { kind: 'ready'; process: ProcessIdentity } | { kind: 'failed'; why: string };

export function urlOf(record: Pick<EnvironmentRecord, 'port'>): string {
  return `http://127.0.0.1:${record.port}`;
}

/**
 * Starts a release and waits until it answers as itself. `onStarted` is told the process before the wait, so that it
 * can be written down. A release that does not answer in time has been ended when this returns.
 */
export async function startService(
  target: Target,
  deployed: Deployed,
  port: number,
  onStarted: (process: ProcessIdentity) => Promise<void>,
): Promise<ServiceResult> {
  const folder = folderOf(target.options.root, target.name);
  const logFile = folder.log(deployed);
  const started = await start({
    command: target.definition.start,
    cwd: folder.release(deployed),
    env: { ...target.options.env, ...variables(deployed, port) },
    logFile,
    marker: markerOf(target),
  });
  if (started.kind === 'failed') return { kind: 'failed', why: started.detail };
  if (started.kind === 'ended') return { kind: 'failed', why: await withLog('it ended at once', logFile) };
  await onStarted(started.process);
  const why = await waitUntilReady(target, deployed, port, started.process);
  if (why === undefined) return { kind: 'ready', process: started.process };
  await stop(started.process, target.options.graceMs ?? GRACE_MS);
  return { kind: 'failed', why: await withLog(why, logFile) };
}

/** Ends everything that was ever started in the environment and still runs. */
export async function stopService(target: Target, record: EnvironmentRecord): Promise<void> {
  const graceMs = target.options.graceMs ?? GRACE_MS;
  for (const process of [record.process, record.starting?.process]) {
    if (process) await stop(process, graceMs);
  }
  // What we started right before we were killed is in no record.
  await stopMarked(markerOf(target), graceMs);
}

/** Whether this process lives and the environment answers as that release. */
export async function isRunning(deployed: Deployed, process: ProcessIdentity, port: number): Promise<boolean> {
  if (!(await isAlive(process))) return false;
  const answer = await askVersion(urlOf({ port }), ASK_MS);
  return answer.kind === 'version' && mismatch(answer.version, deployed) === undefined;
}

async function waitUntilReady(
  { definition: { readyMs } }: Target,
  deployed: Deployed,
  port: number,
  process: ProcessIdentity,
): Promise<string | undefined> {
  const deadline = performance.now() + readyMs;
  for (;;) {
    // Asked before the process is looked at: an answer counts only while the process that gave it lives.
    const answer = await askVersion(urlOf({ port }), ASK_MS);
    if (!(await isAlive(process))) return 'it ended before it answered';
    const why = answer.kind === 'none' ? answer.why : mismatch(answer.version, deployed);
    if (why === undefined) return undefined;
    if (performance.now() > deadline) return `it was not ready within ${readyMs} ms: ${why}`;
    await wait(POLL_MS);
  }
}

function mismatch(version: Version, { artifact, release }: Deployed): string | undefined {
  const expected = { revision: artifact.revision, digest: release.digest, deployId: release.deployId };
  const given = { ...version, deployId: version.deployId ?? release.deployId };
  const keys = ['revision', 'digest', 'deployId'] as const;
  const wrong = keys.find((key) => given[key] !== expected[key]);
  return wrong && `GET /version answered ${wrong} "${given[wrong]}", expected "${expected[wrong]}"`;
}

/** The deploy contract's variables; with the allow-listed ones they are all a release sees. */
function variables({ artifact, release, lease }: Deployed, port: number): Record<string, string> {
  return {
    PORT: String(port),
    HOST: '127.0.0.1',
    VERSION: artifact.revision.slice(0, 12),
    REVISION: artifact.revision,
    EXPECTED_REVISION: artifact.revision,
    IMAGE_DIGEST: release.digest,
    DEPLOY_ID: release.deployId,
    ENVIRONMENT: release.environment,
    LEASE: String(lease),
  };
}

function markerOf({ options, name }: Target): string {
  return `environment:${options.root}:${name}`;
}

async function withLog(why: string, logFile: string): Promise<string> {
  const output = await tail(logFile, 1_024);
  return output === '' ? why : `${why}; its log ends with:\n${output}`;
}
