/** Every way a task reaches the world, by a name, and what is put around each of them. */

// oxlint-disable typescript/unbound-method -- ports are plain objects of functions, which know no `this`
import type { Ports } from '../../../activities/ports.ts';
import type { Faults } from '../../../app/worker-parts.ts';

export const EFFECTS = [
  'start task',
  'keep commit',
  'push branch',
  'open pull request',
  'comment',
  'notification',
  'card asking',
  'card done',
  'review',
  'status',
  'build',
  'deploy staging',
  'merge',
  'tag',
  'deploy production',
  'restore',
  'push revert',
  'push next branch',
  'tell intake',
] as const;
export type Effect = (typeof EFFECTS)[number];

export const SIDES = ['before', 'after'] as const;
export type Side = (typeof SIDES)[number];

/** Calls `at` right before and right after each effect. */
export function aroundEffects(at: (side: Side, effect: Effect) => Promise<void>): Faults {
  return {
    ports: (ports) => around(ports, at),
    announce: (send) => (event) => {
      // The checks of the local forge are no activity: their event tells that a head is owed one, or has one.
      if (event.event === 'push') void at('before', 'status');
      if (event.event === 'status') void at('after', 'status');
      send(event);
    },
  };
}

function around(ports: Ports, at: (side: Side, effect: Effect) => Promise<void>): Ports {
  const { tasks, workspaces, forge, tracker, notifier, artifacts, environments } = ports;
  /** The method, with both sides around the calls that have an effect with a name. */
  function named<A extends unknown[], R>(
    method: (...args: A) => Promise<R>,
    nameOf: (...args: A) => Effect | undefined,
  ): (...args: A) => Promise<R> {
    return async (...args) => {
      const effect = nameOf(...args);
      if (effect !== undefined) await at('before', effect);
      const result = await method(...args);
      if (effect !== undefined) await at('after', effect);
      return result;
    };
  }
  return {
    ...ports,
    tasks: {
      ...tasks,
      start: named(tasks.start, () => 'start task'),
      ended: named(tasks.ended, () => 'tell intake'),
    },
    workspaces: {
      ...workspaces,
      seal: named(workspaces.seal, () => 'keep commit'),
      push: named(workspaces.push, ({ branch }) => pushOf(branch)),
    },
    forge: {
      ...forge,
      openPullRequest: named(forge.openPullRequest, () => 'open pull request'),
      publishReview: named(forge.publishReview, () => 'review'),
      land: named(forge.land, () => 'merge'),
    },
    tracker: {
      ...tracker,
      comment: named(tracker.comment, () => 'comment'),
      move: named(tracker.move, (_project, _key, role) =>
        role === 'asking' || role === 'done' ? `card ${role}` : undefined,
      ),
    },
    notifier: { send: named(notifier.send, () => 'notification') },
    artifacts: {
      ...artifacts,
      build: named(artifacts.build, () => 'build'),
      promote: named(artifacts.promote, () => 'tag'),
    },
    environments: {
      ...environments,
      deploy: named(environments.deploy, ({ release, artifact }) =>
        artifact.buildRun === 'restore' ? 'restore' : deployOf(release.environment),
      ),
    },
  };
}

function pushOf(branch: string): Effect {
  if (branch === 'main') return 'push revert';
  return branch.endsWith('-2') ? 'push next branch' : 'push branch';
}

function deployOf(environment: string): Effect {
  return environment.endsWith('production') ? 'deploy production' : 'deploy staging';
}
