import { withAcceptance } from '../../../domain/gates/acceptance.ts';
import { judgeApproval } from '../../../domain/gates/approval.ts';
import { judgeFresh } from '../../../domain/gates/fresh.ts';
import { judgeMerge } from '../../../domain/gates/merge.ts';
import { GATES, owedToCandidate } from '../../../domain/gates/registry.ts';
import { judgeReview } from '../../../domain/gates/review.ts';
import { judgeTests } from '../../../domain/gates/tests.ts';
import type { GateName, Pipeline } from '../../../domain/pipeline.ts';
import type { TaskState } from '../../../domain/state.ts';
import { branchOf } from '../../../domain/state.ts';
import type { Step } from '../../../domain/step.ts';
import { expectedTip, sameSubject } from '../../../domain/subject.ts';
import type { SubjectRef } from '../../../domain/subject.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { asks, inconclusive, pass, stale } from '../../../domain/verdict.ts';
import type { World } from './world.ts';
import { baseTip, read, tipOf } from './world.ts';

export const REVIEWER = 'conveyor-reviewer';
const REVIEW = { reviewer: REVIEWER, required: [] };

type Judge = Step & { kind: 'judge' };

/** A look as the gate's activity makes it: the branch first, then the subject, then the evidence. */
export function judgeStep(
  world: World,
  pipeline: Pipeline,
  state: TaskState,
  step: Judge,
  scripted: Verdict | undefined,
): Verdict {
  const { gate, subject } = step;
  const overtaken = state.landed ? undefined : lookAtBranch(world, state);
  if (overtaken) return overtaken;
  if (!subject) {
    const why = `${gate.gate} has nothing to judge`;
    return GATES[gate.gate].product === 'ours' ? inconclusive(why) : asks(why);
  }
  const verdict = scripted ?? usual(world, pipeline, state, step, subject);
  return withAcceptance(verdict, acceptanceFor(state, gate.gate, subject));
}

function acceptanceFor(state: TaskState, gate: GateName, subject: SubjectRef) {
  if (GATES[gate].acceptable === 'never') return undefined;
  return state.acceptances.find((one) => one.gate === gate && sameSubject(one.subject, subject));
}

function lookAtBranch(world: World, state: TaskState): Verdict | undefined {
  const expected = expectedTip(state.subjects);
  const tip = tipOf(world, branchOf(state));
  if (expected === undefined || tip === expected) return undefined;
  if (tip === undefined) return asks('the branch is gone');
  return stale(`somebody pushed ${tip}`, { head: tip, documents: read(world, tip).documents });
}

function usual(world: World, pipeline: Pipeline, state: TaskState, { ref, gate }: Judge, subject: SubjectRef): Verdict {
  const { head = 'none', artifact, candidate, staged } = state.subjects;
  switch (gate.gate) {
    case 'approval':
      return judgeApproval({ subject, approvals: state.approvals }, { approvers: world.approvers });
    case 'review':
      return judgeReview({ head, reviews: world.reviews }, REVIEW);
    case 'tests': {
      const report = state.reports[ref.stage];
      return judgeTests({ head, ...(report ? { report } : {}) });
    }
    case 'merge':
      return mergeNow(world, pipeline, state, ref.stage);
    case 'fresh':
      if (!artifact || !candidate) return asks('nothing was built');
      return judgeFresh(
        {
          artifact,
          found: artifact,
          candidate: candidate.sha,
          baseTip: baseTip(world),
          ...(staged ? { stagedDigest: staged.digest } : {}),
        },
        { mode: 'enforces' },
      );
    case 'artifacts':
    case 'ci':
    case 'protected-paths':
    case 'staging':
    case 'health':
      return pass(`${gate.gate} green`);
  }
}

function mergeNow(world: World, pipeline: Pipeline, state: TaskState, stage: string): Verdict {
  const { candidate } = state.subjects;
  if (!candidate) return asks('there is no candidate');
  const { tree, parents, documents } = read(world, candidate.sha);
  return judgeMerge(
    {
      candidate,
      commit: { tree, parents },
      recomputedTree: tree,
      adds: 'something',
      baseTip: baseTip(world),
      documents,
      owed: owedToCandidate(pipeline, stage),
      passed: state.passed,
      statuses: [{ context: 'unit', state: 'success', description: '', at: 0 }],
      reviews: world.reviews,
      pullRequest: { number: state.pullRequest ?? 0, mergeable: 'yes' },
    },
    { ci: { required: [] }, review: REVIEW },
  );
}
