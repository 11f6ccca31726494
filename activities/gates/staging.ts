import type { StagingPolicy } from '../../domain/staging-verdict.ts';
import { stagingVerdict } from '../../domain/staging-verdict.ts';
import type { Release } from '../../domain/subject.ts';
import { PortError } from '../ports.ts';
import type { CheckResult, Ports, Running } from '../ports.ts';
import { known } from './look.ts';
import type { Collected, Look } from './look.ts';

/** The staging check's results, framed by what staging runs before and after it. */
export async function collectStaging(ports: Ports, look: Look): Promise<Collected> {
  const release = known(look.subjects.staged, look, 'a release on staging');
  const artifact = known(look.subjects.artifact, look, 'an artifact');
  const { project } = look.spec;
  const { environment } = release;
  const before = await ports.environments.running(project, environment);
  if (!isRelease(before, release)) return answer(ports, look, release, before, []);
  const results = await ports.environments.check({ project, environment, revision: artifact.revision });
  requireJudged(results, stagingPolicy(ports, look), environment);
  // A deployment in between would make the results somebody else's.
  return answer(ports, look, release, await ports.environments.running(project, environment), results);
}

function isRelease(running: Running | undefined, { digest, deployId }: Release): boolean {
  return running?.digest === digest && running.deployId === deployId;
}

function answer(
  ports: Ports,
  look: Look,
  release: Release,
  running: Running | undefined,
  results: CheckResult[],
): Collected {
  const evidence = { release, ...(running ? { running } : {}), results };
  return { seen: { gate: 'staging', evidence, policy: stagingPolicy(ports, look) } };
}

function stagingPolicy(ports: Ports, { policy }: Look): StagingPolicy {
  const tolerant = ports.switches.on('CONVEYOR_STAGING_INFRA_TOLERANCE_ENABLED');
  return { mode: tolerant ? 'tolerant' : 'strict', allowed: policy.sandboxChecks };
}

/** A check that judged nothing is our trouble: it costs no bounce and is tried again. */
function requireJudged(results: CheckResult[], policy: StagingPolicy, environment: string): void {
  switch (stagingVerdict(results, policy).reason) {
    case 'no-results':
      throw new PortError('Staging.NoResults', `The staging check against ${environment} gave no results; see its log`);
    case 'internal': {
      const [first] = results.filter(({ outcome }) => outcome === 'error');
      const about = first ? `${first.id}: ${first.detail}` : 'a result that is none';
      throw new PortError('Staging.Internal', `The staging check against ${environment} could not judge (${about})`);
    }
    case 'all-passed':
    case 'only-sandbox-failed':
    case 'sandbox-failed-strict':
    case 'real-failed':
  }
}
