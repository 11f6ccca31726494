import { REDS_IN_A_ROW, remember, sampleOf } from '../../domain/gates/health.ts';
import { known } from './look.ts';
import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';

/** One more sample of production, added to what the task remembers of this release. */
export async function collectHealth(ports: Ports, look: Look, now: () => number): Promise<Collected> {
  const release = known(look.subjects.released, look, 'a release');
  const running = await ports.environments.running(look.spec.project, release.environment);
  const policy = { windowMs: look.policy.healthWindowMs, reds: REDS_IN_A_ROW };
  const memory = remember(look.health, release, sampleOf(release, running, look.at ?? now()), policy);
  return { seen: { gate: 'health', evidence: { release, memory }, policy }, health: memory };
}
