import type { Finding, Verdict } from '../verdict.ts';
import { asks, inconclusive, pass, pending } from '../verdict.ts';
import { listed, nonEmpty, shortSha } from './say.ts';

/** A review as the forge keeps it, bound to the commit it was given for. */
export type GivenReview = {
  reviewer: string;
  verdict: 'approve' | 'request-changes';
  head: string;
  body: string;
  findings: readonly Finding[];
  state: 'official' | 'dismissed';
  at: number;
};

export type ReviewEvidence = {
  head: string;
  /** Who opened the pull request; their own reviews do not count. Absent: the forge does not say. */
  author?: string;
  reviews: readonly GivenReview[];
};

/** `reviewer`: the name our own reviews are published under; `required`: who else must approve. */
export type ReviewPolicy = { reviewer: string; required: readonly string[] };

/**
 * Passes when our reviewer and everybody required approve at exactly this head and nobody asks for changes.
 * A person's request for changes outlives a new head until that person looks again; our reviewer's does not.
 */
export function judgeReview(evidence: ReviewEvidence, policy: ReviewPolicy): Verdict {
  const { head, author } = evidence;
  if (author === policy.reviewer)
    return asks(`${author} opened the pull request and cannot review it: use two accounts`);
  const reviews = newestByReviewer(evidence);
  const atHead = reviews.filter((review) => review.head === head);

  const requests = nonEmpty(atHead.filter(isRequest).flatMap(findingsOf));
  if (requests) return { kind: 'fail', findings: requests };
  if (!approves(atHead, policy.reviewer)) return inconclusive(`our reviewer has not judged ${shortSha(head)}`);

  const again = reviews.filter(isRequest).map((review) => review.reviewer);
  if (again.length > 0) return pending(`${listed(again)} to look again at ${shortSha(head)}`);
  const missing = policy.required.filter((name) => !approves(atHead, name));
  if (missing.length > 0) return pending(`${listed(missing)} to review ${shortSha(head)}`);
  return pass(`${listed(atHead.map((review) => review.reviewer))} approved ${shortSha(head)}`);
}

/** Official, not dismissed, not by the author; of two at the same moment the request for changes. */
function newestByReviewer({ reviews, author }: ReviewEvidence): GivenReview[] {
  const newest = new Map<string, GivenReview>();
  for (const review of reviews) {
    if (review.state !== 'official' || review.reviewer === author) continue;
    const known = newest.get(review.reviewer);
    if (!known || review.at > known.at || (review.at === known.at && isRequest(review))) {
      newest.set(review.reviewer, review);
    }
  }
  return [...newest.values()];
}

function isRequest(review: GivenReview): boolean {
  return review.verdict === 'request-changes';
}

function approves(reviews: readonly GivenReview[], name: string): boolean {
  return reviews.some((review) => review.reviewer === name && review.verdict === 'approve');
}

function findingsOf(review: GivenReview): readonly Finding[] {
  if (review.findings.length > 0) return review.findings;
  return [{ text: review.body.trim() || `${review.reviewer} asks for changes without words` }];
}
