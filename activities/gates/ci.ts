import type { CiPolicy } from '../../domain/gates/ci.ts';
import { known, union } from './look.ts';
import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';

/** The statuses of exactly the head, and the contexts required for the base branch. */
export async function collectCi(ports: Ports, look: Look): Promise<Collected> {
  const head = known(look.subjects.head, look, 'a head');
  const statuses = await ports.forge.statuses(look.spec.repo, head);
  return { seen: { gate: 'ci', evidence: { sha: head, statuses }, policy: await ciPolicy(ports, look) } };
}

/** Configuration and the forge's own protection together: neither can take back what the other demands. */
export async function ciPolicy(ports: Ports, { spec, policy }: Look): Promise<CiPolicy> {
  const { contexts } = await ports.forge.protection(spec.repo, spec.base);
  return { required: union(policy.requiredContexts, contexts) };
}
