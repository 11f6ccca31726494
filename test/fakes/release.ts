import type { Artifacts, CheckResult, Environments, Running } from '../../activities/ports.ts';
import { hash } from './repository.ts';

type KeptArtifact = { image: string; digest: string; revision: string };

export type FakeReleaseState = {
  registry: KeptArtifact[];
  /** `<image>:<tag>` → digest. */
  tags: Map<string, string>;
  /** Environment → what it answers; absent = nothing answers. */
  running: Map<string, Running>;
  leases: Map<string, number>;
  checks: CheckResult[];
  /** What the next build or deployment ends with instead of success. */
  buildFails?: string;
  deployFails?: { kind: 'failed' | 'refused'; detail: string };
};

export function createFakeArtifacts(state: FakeReleaseState): Artifacts {
  return {
    async build({ repo, revision }) {
      if (state.buildFails !== undefined) return { kind: 'failed', output: state.buildFails };
      const known = state.registry.find((one) => one.image === repo && one.revision === revision);
      const kept = known ?? { image: repo, revision, digest: `sha256:${hash([repo, revision])}` };
      if (!known) state.registry.push(kept);
      return { kind: 'built', artifact: { ...kept, buildRun: `build-${revision.slice(0, 7)}` } };
    },
    async find(image, digest) {
      const found = state.registry.find((one) => one.image === image && one.digest === digest);
      return found && { digest, revision: found.revision };
    },
    async promote({ image, digest, tag }) {
      const name = `${image}:${tag}`;
      const taken = state.tags.get(name);
      if (taken !== undefined && taken !== digest) return 'taken';
      state.tags.set(name, digest);
      return 'promoted';
    },
  };
}

export function createFakeEnvironments(state: FakeReleaseState): Environments {
  return {
    async deploy({ release: { environment, digest, deployId }, artifact, lease }) {
      if (lease < (state.leases.get(environment) ?? 0)) return { kind: 'refused', detail: `lease ${lease} is too old` };
      state.leases.set(environment, lease);
      if (state.deployFails) return state.deployFails;
      const url = `http://${environment}.invalid`;
      const version = artifact.revision.slice(0, 7);
      const answer = { digest, deployId, revision: artifact.revision, version, health: 'healthy' as const, url };
      state.running.set(environment, answer);
      return { kind: 'deployed' };
    },
    async running(_project, environment) {
      return state.running.get(environment);
    },
    name: (project, part) => `${project}/${part}`,
    async check() {
      return state.checks;
    },
  };
}
