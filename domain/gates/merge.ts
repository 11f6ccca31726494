import type { Candidate } from '../subject.ts';
import type { Passed } from '../state.ts';
import type { GateName } from '../pipeline.ts';
import type { Verdict } from '../verdict.ts';
import { asks, pass, pending, stale } from '../verdict.ts';
import { judgeCi } from './ci.ts';
import type { CiPolicy, CheckStatus } from './ci.ts';
import { judgeReview } from './review.ts';
import type { GivenReview, ReviewPolicy } from './review.ts';
import { shortSha } from './say.ts';

export type MergeEvidence = {
  candidate: Candidate;
  /** The candidate as git has it. */
  commit: { tree: string; parents: readonly string[] };
  /** The tree we get when we merge head and base again; absent: they conflict. */
  recomputedTree?: string;
  /** Whether the candidate's tree differs from the base's. */
  adds: 'something' | 'nothing';
  /** Where the base branch points now. */
  baseTip: string;
  /** sha256 over the documents at the candidate. */
  documents: string;
  /** Gates of earlier rows whose verdict must hold for the candidate, and what passed so far. */
  owed: readonly GateName[];
  passed: readonly Passed[];
  statuses: readonly CheckStatus[];
  /** As they stand now: a review can be withdrawn after its gate passed. */
  reviews: readonly GivenReview[];
  pullRequest: { number: number; author?: string; mergeable: 'yes' | 'no' | 'unknown' };
  freeze?: { by: string; reason: string };
};

export type MergePolicy = { ci: CiPolicy; review: ReviewPolicy };

/**
 * Passes when landing the candidate M puts on the base branch exactly what was judged: M is the judged head or the
 * merge of it that we get again, contexts are green on M, reviews, tests and approved documents hold for it, nothing
 * is frozen, the forge calls it mergeable, and M adds something to the base.
 */
export function judgeMerge(evidence: MergeEvidence, policy: MergePolicy): Verdict {
  const { candidate } = evidence;
  return (
    judgeCandidate(evidence) ??
    judgePassed(evidence) ??
    unlessPassed(judgeCi({ sha: candidate.sha, statuses: evidence.statuses }, policy.ci)) ??
    judgeReviewsNow(evidence, policy.review) ??
    judgeTurn(evidence) ??
    pass(`${shortSha(candidate.sha)} is what was judged, and can land on ${shortSha(candidate.base)}`)
  );
}

function judgeCandidate({ candidate, commit, recomputedTree, adds, baseTip }: MergeEvidence): Verdict | undefined {
  const m = shortSha(candidate.sha);
  if (baseTip !== candidate.base) {
    return stale(`the base moved to ${shortSha(baseTip)}; ${m} was made on ${shortSha(candidate.base)}`, {});
  }
  if (candidate.sha !== candidate.head) {
    const ours =
      commit.parents.length === 2 && commit.parents[0] === candidate.head && commit.parents[1] === candidate.base;
    if (!ours) return asks(`${m} is not the merge of ${shortSha(candidate.head)} and ${shortSha(candidate.base)}`);
    if (recomputedTree !== commit.tree) return asks(`${m} does not hold what merging head and base gives`);
  }
  if (adds === 'nothing') return asks(`${m} adds nothing to the base: is the work there already?`);
  return undefined;
}

/** What was judged for the head must still be about this head; documents are approved by their hash. */
function judgePassed({ candidate, documents, owed, passed }: MergeEvidence): Verdict | undefined {
  for (const gate of owed) {
    const entries = passed.filter((entry) => entry.gate === gate);
    const about = gate === 'approval' ? documents : candidate.head;
    if (entries.some((entry) => entry.subject.id === about)) continue;
    if (gate === 'approval')
      return stale(`the documents at ${shortSha(candidate.sha)} are not the approved ones`, { documents });
    return stale(`${gate} has not passed for ${shortSha(candidate.head)}`, { head: candidate.head });
  }
  return undefined;
}

/** Reviews are read again: people see the pull request at M, and what they say there counts for the head it carries. */
function judgeReviewsNow({ candidate, ...rest }: MergeEvidence, policy: ReviewPolicy): Verdict | undefined {
  if (!rest.owed.includes('review') || isWaived(rest.passed, candidate.head)) return undefined;
  const { author } = rest.pullRequest;
  const reviews = rest.reviews.map((one) => (one.head === candidate.sha ? { ...one, head: candidate.head } : one));
  const verdict = judgeReview({ head: candidate.head, reviews, ...(author === undefined ? {} : { author }) }, policy);
  // The lane's own work cannot bring a withdrawn review back.
  return unlessPassed(verdict.kind === 'inconclusive' ? asks(`${verdict.why} any more`) : verdict);
}

function isWaived(passed: readonly Passed[], head: string): boolean {
  return passed.some((entry) => entry.gate === 'review' && entry.kind === 'waived' && entry.subject.id === head);
}

function judgeTurn({ freeze, pullRequest }: MergeEvidence): Verdict | undefined {
  const number = `#${pullRequest.number}`;
  if (freeze) return pending(`the end of the freeze by ${freeze.by}: ${freeze.reason}`);
  switch (pullRequest.mergeable) {
    case 'yes':
      return undefined;
    case 'unknown':
      return pending(`the forge to say whether ${number} can be merged`);
    case 'no':
      return pending(`the forge to allow the merge of ${number}; it calls it not mergeable now`);
  }
}

function unlessPassed(verdict: Verdict): Verdict | undefined {
  return verdict.kind === 'pass' ? undefined : verdict;
}
