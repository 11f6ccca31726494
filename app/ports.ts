import type { Logger } from 'pino';
import type { Client } from '@temporalio/client';
import type { Forge, Ports, Tracker } from '../activities/ports.ts';
import { createCommandRunner } from '../adapters/agents/command-runner.ts';
import type { Config, ProjectConfig } from '../adapters/config/config.ts';
import type { Environment, HostEnvironment } from '../adapters/config/environment.ts';
import { createPolicies } from '../adapters/config/policies.ts';
import { createSwitches } from '../adapters/config/switches.ts';
import { createCheckout } from '../adapters/git/checkout.ts';
import { createReadFile } from '../adapters/git/read-file.ts';
import { createWorkspaces } from '../adapters/git/workspaces.ts';
import { createLocalArtifacts } from '../adapters/local/artifacts/local-artifacts.ts';
import { artifactFolder } from '../adapters/local/artifacts/layout.ts';
import type { LocalEnvironments } from '../adapters/local/environments/local-environments.ts';
import { createLocalEnvironments } from '../adapters/local/environments/local-environments.ts';
import { createLocalForge } from '../adapters/local/forge/forge.ts';
import { repositoryPath } from '../adapters/local/forge/repository.ts';
import { createLocalLeases } from '../adapters/local/leases.ts';
import { createLocalTracker } from '../adapters/local/tracker/tracker.ts';
import { OUR_ACTOR } from '../adapters/local/webhook/event.ts';
import type { LocalEvent } from '../adapters/local/webhook/event.ts';
import { forgesByRepository, known, runnersByProject, trackersByProject } from './by-project.ts';
import { createReadFreeze } from './freeze.ts';
import { createNotifiers } from './notifiers.ts';
import { pathsIn } from './paths.ts';
import { createTasks } from './tasks.ts';
import { queuesOf, taskProjectOf } from './tasks-of.ts';

export type PortsOptions = {
  config: Config;
  environment: Environment;
  /** What child processes may inherit from, each by its own allow-list. */
  host: HostEnvironment;
  client: Client;
  /** Told after each change a local provider made. */
  announce: (event: LocalEvent) => void;
  log: Logger;
  now?: () => number;
  /** Of the task queues; `conveyor-` when absent. */
  queuePrefix?: string;
};

/** Every port, over the adapters the configuration names. No I/O happens until one is called. */
export function createPorts(options: PortsOptions): Ports & { environments: LocalEnvironments } {
  const { config, environment, client, log, now = Date.now } = options;
  const paths = pathsIn(config.data);
  const remotes = {
    root: paths.workspaces,
    remoteUrl: (repo: string) => repositoryPath(paths.forge, repo),
    env: options.host,
  };
  const projects = Object.values(config.projects);
  const taskOptions = { client, queuesOf: queuesOf(options.queuePrefix), projectOf: taskProjectOf(config) };
  return {
    tasks: createTasks(taskOptions),
    tracker: trackersByProject(
      known(
        'project',
        mapProjects(config, () => localTracker(options)),
      ),
    ),
    forge: forgesByRepository(
      known('repository', Object.fromEntries(projects.map((one) => [one.repo, localForge(options, one)]))),
    ),
    workspaces: createWorkspaces(remotes),
    runner: runnersByProject(
      known(
        'project',
        mapProjects(config, (project) => runnerOf(options, project)),
      ),
    ),
    artifacts: createLocalArtifacts({
      root: paths.artifacts,
      checkout: createCheckout(remotes),
      buildOf: (repo) => known('repository', Object.fromEntries(projects.map((one) => [one.repo, one.build])))(repo),
      env: childEnvironment(options.host),
    }),
    environments: localEnvironments(options, remotes),
    notifier: createNotifiers({ config, environment, log, now }),
    leases: createLocalLeases({ root: paths.leases, now }),
    switches: createSwitches(environment),
    policies: createPolicies(config, createReadFreeze(client)),
  };
}

function localTracker({ config, announce, log, now = Date.now }: PortsOptions): Tracker {
  return createLocalTracker({
    root: pathsIn(config.data).tracker,
    stateNames: mapProjects(config, (project) => project.states),
    ourActor: OUR_ACTOR,
    now,
    announce,
    onBadCard: (message) => log.warn({ message }, 'a card does not parse'),
  });
}

function localForge({ config, announce, host, now = Date.now }: PortsOptions, project: ProjectConfig): Forge {
  const { reviewer } = project.policy;
  return createLocalForge({ root: pathsIn(config.data).forge, reviewer, now, announce, env: host });
}

function runnerOf({ config, host }: PortsOptions, project: ProjectConfig): Ports['runner'] {
  const logRoot = pathsIn(config.data).agentLogs;
  return createCommandRunner({ roles: project.agents, logRoot, hostEnv: host, isolation: 'auto' });
}

function localEnvironments(
  { config, host, now = Date.now }: PortsOptions,
  remotes: Parameters<typeof createReadFile>[0],
): LocalEnvironments {
  const paths = pathsIn(config.data);
  const readFile = createReadFile(remotes);
  const checkout = createCheckout(remotes);
  const repoOf = (project: string): string => known('project', config.projects)(project).repo;
  const defined = Object.values(config.projects).flatMap(({ key, environments }) =>
    (['staging', 'production'] as const).map((part) => {
      const { name, start, port = 0, readyMs } = environments[part];
      return [name, { project: key, part, start, port, readyMs }] as const;
    }),
  );
  return createLocalEnvironments({
    root: paths.environments,
    artifact: (image, digest) => artifactFolder(paths.artifacts, image, digest),
    environments: Object.fromEntries(defined),
    env: childEnvironment(host),
    readFile: (project, revision, path) => readFile(repoOf(project), revision, path),
    checkout: (project, revision, intoDir) => checkout(repoOf(project), revision, intoDir),
    now,
  });
}

function mapProjects<T>(config: Config, make: (project: ProjectConfig) => T): Record<string, T> {
  return Object.fromEntries(Object.values(config.projects).map((project) => [project.key, make(project)]));
}

/** The only variables of ours that builds, checks and releases see. */
function childEnvironment(host: HostEnvironment): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'LANG'].flatMap((name) => (host[name] === undefined ? [] : [[name, host[name]]])),
  );
}
