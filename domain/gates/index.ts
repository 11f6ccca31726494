import type { StagingPolicy } from '../staging-verdict.ts';
import type { Verdict } from '../verdict.ts';
import type { ApprovalEvidence, ApprovalPolicy } from './approval.ts';
import { judgeApproval } from './approval.ts';
import type { ArtifactsEvidence } from './artifacts.ts';
import { judgeArtifacts } from './artifacts.ts';
import type { CiEvidence, CiPolicy } from './ci.ts';
import { judgeCi } from './ci.ts';
import type { FreshEvidence, FreshPolicy } from './fresh.ts';
import { judgeFresh } from './fresh.ts';
import type { HealthEvidence, HealthPolicy } from './health.ts';
import { judgeHealth } from './health.ts';
import type { MergeEvidence, MergePolicy } from './merge.ts';
import { judgeMerge } from './merge.ts';
import type { ProtectedPathsEvidence, ProtectedPathsPolicy } from './protected-paths.ts';
import { judgeProtectedPaths } from './protected-paths.ts';
import type { ReviewEvidence, ReviewPolicy } from './review.ts';
import { judgeReview } from './review.ts';
import { inOneSentence } from './say.ts';
import type { StagingEvidence } from './staging.ts';
import { judgeStaging } from './staging.ts';
import type { TestsEvidence } from './tests.ts';
import { judgeTests } from './tests.ts';

/** What was observed for a gate, and the policy it is judged by. */
export type GateEvidence =
  | { gate: 'artifacts'; evidence: ArtifactsEvidence }
  | { gate: 'approval'; evidence: ApprovalEvidence; policy: ApprovalPolicy }
  | { gate: 'ci'; evidence: CiEvidence; policy: CiPolicy }
  | { gate: 'protected-paths'; evidence: ProtectedPathsEvidence; policy: ProtectedPathsPolicy }
  | { gate: 'review'; evidence: ReviewEvidence; policy: ReviewPolicy }
  | { gate: 'tests'; evidence: TestsEvidence }
  | { gate: 'merge'; evidence: MergeEvidence; policy: MergePolicy }
  | { gate: 'staging'; evidence: StagingEvidence; policy: StagingPolicy }
  | { gate: 'fresh'; evidence: FreshEvidence; policy: FreshPolicy }
  | { gate: 'health'; evidence: HealthEvidence; policy: HealthPolicy };

/** The verdict on what was observed: pure, and in one sentence of at most 140 characters. */
export function judge(seen: GateEvidence): Verdict {
  return inOneSentence(judgeByGate(seen));
}

function judgeByGate(seen: GateEvidence): Verdict {
  switch (seen.gate) {
    case 'artifacts':
      return judgeArtifacts(seen.evidence);
    case 'approval':
      return judgeApproval(seen.evidence, seen.policy);
    case 'ci':
      return judgeCi(seen.evidence, seen.policy);
    case 'protected-paths':
      return judgeProtectedPaths(seen.evidence, seen.policy);
    case 'review':
      return judgeReview(seen.evidence, seen.policy);
    case 'tests':
      return judgeTests(seen.evidence);
    case 'merge':
      return judgeMerge(seen.evidence, seen.policy);
    case 'staging':
      return judgeStaging(seen.evidence, seen.policy);
    case 'fresh':
      return judgeFresh(seen.evidence, seen.policy);
    case 'health':
      return judgeHealth(seen.evidence, seen.policy);
  }
}
