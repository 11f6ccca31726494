import type { Release } from '../../domain/subject.ts';
import { asks, fail, never, pass } from '../../domain/verdict.ts';
import type { Ports } from '../ports.ts';
import type { ActionAnswer, ActionInput } from './input.ts';
import type { Judge } from './land.ts';
import { readAgain } from './land.ts';
import { requireSubject } from './require.ts';

/** The same bytes under the release tag, deployed to production by digest. */
export async function promote(
  ports: Pick<Ports, 'artifacts' | 'environments'>,
  judge: Judge,
  input: ActionInput,
): Promise<ActionAnswer> {
  const { spec, subjects } = input;
  const artifact = requireSubject(subjects.artifact, 'artifact', 'promote');
  const refused = await readAgain(judge, input.rejudge);
  if (refused) return { verdict: refused };
  const tag = `release-${artifact.revision.slice(0, 12)}`;
  const tagged = await ports.artifacts.promote({ image: artifact.image, digest: artifact.digest, tag });
  if (tagged === 'taken') return { verdict: asks(`the tag ${tag} points to other bytes and was not moved`) };
  const environment = ports.environments.name(spec.project, 'production');
  const release: Release = { environment, digest: artifact.digest, deployId: input.attempt };
  const deployed = await ports.environments.deploy({ release, artifact, lease: input.lease });
  const facts = { subjects: { released: release } };
  switch (deployed.kind) {
    case 'deployed':
      return { verdict: pass(`${artifact.digest.slice(0, 19)} deployed to ${environment}`), facts };
    case 'failed':
      return { verdict: fail({ text: `production did not start: ${deployed.detail}`, where: environment }), facts };
    case 'refused':
      return { verdict: asks(`production refused the deploy: ${deployed.detail}`) };
    default:
      return never(deployed);
  }
}
