import { asks, fail, never, pass } from '../../domain/verdict.ts';
import type { Ports } from '../ports.ts';
import type { ActionAnswer, ActionInput } from './input.ts';
import { requireBase, requireSubject } from './require.ts';

/** Puts the release that ran before back into production and asks production whether it runs. */
export async function restore(
  ports: Pick<Ports, 'artifacts' | 'environments'>,
  input: ActionInput,
): Promise<ActionAnswer> {
  const { spec, subjects } = input;
  const landed = requireSubject(input.landed, 'landed commit', 'restore');
  const environment = ports.environments.name(spec.project, 'production');
  const { previous } = landed;
  if (!previous) return { verdict: asks('nothing ran in production before this release, so nothing can be restored') };
  const image = requireSubject(subjects.artifact, 'artifact', 'restore').image;
  const artifact = { image, digest: previous.digest, revision: previous.revision, buildRun: 'restore' };
  const release = { environment, digest: previous.digest, deployId: input.attempt };
  const deployed = await ports.environments.deploy({ release, artifact, lease: input.lease });
  switch (deployed.kind) {
    case 'deployed':
      break;
    case 'failed':
      return { verdict: fail({ text: `the previous release did not start: ${deployed.detail}`, where: environment }) };
    case 'refused':
      return { verdict: asks(`production refused the restore: ${deployed.detail}`) };
    default:
      return never(deployed);
  }
  const running = await ports.environments.running(spec.project, environment);
  if (running?.digest !== previous.digest) {
    return { verdict: fail(`production answers ${running?.digest ?? 'nothing'} instead of ${previous.digest}`) };
  }
  return { verdict: pass(`production runs ${previous.digest.slice(0, 19)} again`) };
}

/** Lands R, whose tree is the one the base had before, and starts the next branch from it with the work on top. */
export async function revert(ports: Pick<Ports, 'forge' | 'workspaces'>, input: ActionInput): Promise<ActionAnswer> {
  const { spec } = input;
  const landed = requireSubject(input.landed, 'landed commit', 'revert');
  const message = `Revert "${spec.key} ${spec.title}"\n\nProduction did not accept ${landed.candidate}.`;
  const back = await ports.workspaces.revertOf({ repo: spec.repo, sha: landed.candidate, to: landed.base, message });
  const tip = await requireBase(ports.forge, spec);
  if (tip !== landed.candidate && tip !== back.sha) {
    return { verdict: asks(`${spec.base} moved to ${tip.slice(0, 7)} after landing, so the revert cannot land`) };
  }
  const pushed = await ports.workspaces.push({
    repo: spec.repo,
    branch: spec.base,
    sha: back.sha,
    expected: landed.candidate,
  });
  if (pushed === 'moved') return { verdict: asks(`${spec.base} moved while the revert landed`) };
  const again = await ports.workspaces.revertOf({
    repo: spec.repo,
    sha: back.sha,
    to: landed.candidate,
    message: `${spec.key}: ${spec.title}, applied again after the revert`,
  });
  const branch = await ports.workspaces.push({
    repo: spec.repo,
    branch: input.nextBranch,
    sha: again.sha,
    expected: null,
  });
  if (branch === 'moved') return { verdict: asks(`the branch ${input.nextBranch} exists already`) };
  const seen = await ports.workspaces.inspect({ repo: spec.repo, key: spec.key, sha: again.sha, base: spec.base });
  return {
    verdict: pass(`${spec.base} is back at the tree of ${landed.base.slice(0, 7)}`),
    facts: { subjects: { head: again.sha, documents: seen.documentsHash }, tree: again.tree },
  };
}
