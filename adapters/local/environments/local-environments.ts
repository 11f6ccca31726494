import type { Environments } from '../../../activities/ports.ts';
import { PortError } from '../../../activities/ports.ts';
import { withLock } from '../store/lock.ts';
import { askHealth, askVersion } from './ask.ts';
import { deployRelease, resumeRelease, stopRelease } from './deploy.ts';
import type { EnvironmentEvent, LocalEnvironmentsOptions, Target } from './options.ts';
import type { Deployed, EnvironmentRecord } from './record.ts';
import { folderOf, readRecord } from './record.ts';
import { urlOf } from './service.ts';
import { runStagingChecks } from './staging-checks.ts';

const ASK_MS = 2_000;
const LOCK_SLACK_MS = 60_000;

export type LocalEnvironments = Environments & {
  /**
   * Starts what should run and does not; what still runs is left running. Tries every environment, then throws
   * `Environment.NotResumed` naming those that did not come up.
   */
  resume: () => Promise<void>;
  /** Ends every process of every environment; `resume` starts them again. */
  stopAll: () => Promise<void>;
};

/**
 * Environments as processes on loopback: a deploy stops the old release, starts the new one on the same port and
 * waits until it answers as itself; when it does not, the old one is started again and the deploy has `failed`.
 * There is one short gap in every deploy: no proxy stands before the port. Releases outlive us and are found again.
 */
export function createLocalEnvironments(options: LocalEnvironmentsOptions): LocalEnvironments {
  const all = Object.entries(options.environments).map(([name, definition]) => ({ name, definition, options }));

  return {
    async deploy({ release, artifact, lease }) {
      const target = targetOf(options, release.environment);
      if (artifact.digest !== release.digest) throw notTheArtifact(release.digest, artifact.digest);
      const deployed: Deployed = { release, artifact, lease, at: options.now() };
      const result = await locked(target, () => deployRelease(target, deployed));
      if (result.kind !== 'refused') {
        await announce(target, deployed, result.kind === 'deployed' ? 'deployed' : 'deploy-failed');
      }
      return result;
    },

    async running(project, environment) {
      const target = targetOf(options, environment, project);
      const record = await readRecord(folderOf(options.root, target.name));
      if (!record) return undefined;
      const url = urlOf(record);
      const [answer, health] = await Promise.all([askVersion(url, ASK_MS), askHealth(url, ASK_MS)]);
      if (answer.kind === 'none') return undefined;
      const { version, revision, digest, deployId = recordedDeploy(record, digest) } = answer.version;
      return { digest, revision, version, deployId, health, url };
    },

    name(project, part) {
      const found = all.find(({ definition }) => definition.project === project && definition.part === part);
      if (found) return found.name;
      throw new PortError('Environment.Unknown', `Project ${project} has no environment for ${part}`, 'config');
    },

    check({ project, environment, revision }) {
      return runStagingChecks(targetOf(options, environment, project), revision);
    },

    async resume() {
      const why = await Promise.all(all.map((target) => locked(target, () => resumeRelease(target)).catch(said)));
      const failed = all.flatMap(({ name }, index) => (why[index] === undefined ? [] : [`${name}: ${why[index]}`]));
      if (failed.length > 0) throw new PortError('Environment.NotResumed', `Did not come up: ${failed.join('\n')}`);
    },

    async stopAll() {
      const stopped = await Promise.allSettled(all.map((target) => locked(target, () => stopRelease(target))));
      for (const one of stopped) if (one.status === 'rejected') throw one.reason;
    },
  };
}

function targetOf(options: LocalEnvironmentsOptions, name: string, project?: string): Target {
  const definition = options.environments[name];
  if (definition && (project === undefined || definition.project === project)) return { name, definition, options };
  const known = Object.keys(options.environments).join(', ') || 'none';
  const whose = project === undefined ? '' : ` of project ${project}`;
  throw new PortError('Environment.Unknown', `There is no environment "${name}"${whose}. Known: ${known}`, 'config');
}

// A deploy may wait for two releases to get ready: its own, and the old one when its own does not.
async function locked<T>(target: Target, work: () => Promise<T>): Promise<T> {
  const { record } = folderOf(target.options.root, target.name);
  return withLock(record, work, { waitMs: 2 * target.definition.readyMs + LOCK_SLACK_MS });
}

async function announce(target: Target, deployed: Deployed, event: EnvironmentEvent['event']): Promise<void> {
  const { release, artifact, at } = deployed;
  const { definition, options, name } = target;
  const { digest, deployId } = release;
  const { project } = definition;
  const { revision } = artifact;
  try {
    await options.announce?.({ event, project, environment: name, revision, digest, deployId, at });
  } catch {
    // The deploy has happened: a listener's trouble must not make it look as if it had not.
  }
}

// A service need not know its deploy id. Then it is the one on record, as long as the bytes that answer are.
function recordedDeploy({ current }: EnvironmentRecord, digest: string): string {
  return current?.release.digest === digest ? current.release.deployId : '';
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function notTheArtifact(release: string, artifact: string): PortError {
  return new PortError(
    'Environment.WrongArtifact',
    `The release is of ${release}, the artifact is ${artifact}`,
    'config',
  );
}
