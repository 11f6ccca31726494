import type { Release } from '../../domain/subject.ts';
import { asks, fail, never, pass } from '../../domain/verdict.ts';
import type { Ports } from '../ports.ts';
import type { ActionAnswer, ActionInput } from './input.ts';
import { requireSubject } from './require.ts';

/** Builds the artifact once from the candidate and runs exactly these bytes in staging. */
export async function candidate(
  ports: Pick<Ports, 'artifacts' | 'environments'>,
  input: ActionInput,
): Promise<ActionAnswer> {
  const { spec, subjects } = input;
  const { sha } = requireSubject(subjects.candidate, 'candidate', 'candidate');
  const built = await ports.artifacts.build({ repo: spec.repo, revision: sha });
  if (built.kind === 'failed') {
    return { verdict: fail({ text: `the build of ${sha.slice(0, 7)} failed: ${built.output}`, where: 'build' }) };
  }
  const { artifact } = built;
  const environment = ports.environments.name(spec.project, 'staging');
  const release: Release = { environment, digest: artifact.digest, deployId: input.attempt };
  const deployed = await ports.environments.deploy({ release, artifact, lease: input.lease });
  const facts = { subjects: { artifact, staged: release } };
  switch (deployed.kind) {
    case 'deployed':
      return { verdict: pass(`${artifact.digest.slice(0, 19)} of ${sha.slice(0, 7)} runs in ${environment}`), facts };
    case 'failed':
      return { verdict: fail({ text: `staging did not start: ${deployed.detail}`, where: environment }), facts };
    case 'refused':
      return { verdict: asks(`staging refused the deploy: ${deployed.detail}`) };
    default:
      return never(deployed);
  }
}
