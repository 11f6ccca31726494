import type { MergeEvidence } from '../../domain/gates/merge.ts';
import type { Candidate } from '../../domain/subject.ts';
import { ciPolicy } from './ci.ts';
import { baseTip, known } from './look.ts';
import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';
import { reviewPolicy } from './review.ts';

/** Everything that decides whether the candidate may become the base tip, read now. */
export async function collectMerge(ports: Ports, look: Look): Promise<Collected> {
  const candidate = known(look.subjects.candidate, look, 'a candidate');
  const number = known(look.pullRequest, look, 'a pull request');
  const { repo, project } = look.spec;
  const pullRequest = known(await ports.forge.pullRequest(repo, number), look, `pull request #${number}`);
  const freeze = await ports.policies.freeze?.(project);
  const evidence: MergeEvidence = {
    candidate,
    ...(await inspectCandidate(ports, look, candidate)),
    baseTip: await baseTip(ports, look),
    owed: look.owed,
    passed: look.passed,
    statuses: await ports.forge.statuses(repo, candidate.sha),
    reviews: await ports.forge.reviews(repo, number),
    pullRequest,
    ...(freeze ? { freeze } : {}),
  };
  const policy = { ci: await ciPolicy(ports, look), review: await reviewPolicy(ports, look) };
  return { seen: { gate: 'merge', evidence, policy } };
}

type Inspected = Pick<MergeEvidence, 'commit' | 'recomputedTree' | 'adds' | 'documents'>;

async function inspectCandidate(ports: Ports, { spec }: Look, { sha, head, base }: Candidate): Promise<Inspected> {
  const { repo, key } = spec;
  const { commit, changedPaths, documentsHash } = await ports.workspaces.inspect({ repo, key, sha, base });
  const again = await ports.workspaces.sync({ repo, key, head, base });
  return {
    commit,
    ...(again.kind === 'candidate' ? { recomputedTree: again.candidate.tree } : {}),
    adds: changedPaths.length > 0 ? 'something' : 'nothing',
    documents: documentsHash,
  };
}
