import type { FreshEvidence } from '../../domain/gates/fresh.ts';
import { sameSubject, subjectRef } from '../../domain/subject.ts';
import { baseTip, known } from './look.ts';
import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';

/** What the registry and the base branch say at the moment of promotion. */
export async function collectFresh(ports: Ports, look: Look): Promise<Collected> {
  const artifact = known(look.subjects.artifact, look, 'an artifact');
  const candidate = known(look.subjects.candidate, look, 'a candidate');
  const found = await ports.artifacts.find(artifact.image, artifact.digest);
  const stagedDigest = digestStagingPassed(look);
  const evidence: FreshEvidence = {
    artifact,
    ...(found ? { found } : {}),
    candidate: candidate.sha,
    baseTip: await baseTip(ports, look),
    ...(stagedDigest === undefined ? {} : { stagedDigest }),
  };
  return { seen: { gate: 'fresh', evidence, policy: { mode: modeFor(ports, look.spec.repo) } } };
}

/** Only reported while the switch is off, and for repositories that a list leaves out. */
function modeFor({ switches }: Ports, repo: string): 'enforces' | 'reports' {
  const stops = switches.listed('CONVEYOR_IMAGE_FRESHNESS_REPOS')?.includes(repo) ?? true;
  return stops && switches.on('CONVEYOR_IMAGE_FRESHNESS_ENABLED') ? 'enforces' : 'reports';
}

function digestStagingPassed({ subjects, passed }: Look): string | undefined {
  const staged = subjectRef(subjects, 'staged');
  const accepted = passed.some(({ gate, subject }) => gate === 'staging' && sameSubject(subject, staged));
  return accepted ? subjects.staged?.digest : undefined;
}
