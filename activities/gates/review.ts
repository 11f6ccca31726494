import type { ReviewPolicy } from '../../domain/gates/review.ts';
import { known, union } from './look.ts';
import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';

/** The reviews of the task's pull request as they stand now; none while there is no pull request. */
export async function collectReview(ports: Ports, look: Look): Promise<Collected> {
  const head = known(look.subjects.head, look, 'a head');
  const { repo } = look.spec;
  const number = look.pullRequest;
  const pullRequest = number === undefined ? undefined : await ports.forge.pullRequest(repo, number);
  const reviews = number === undefined ? [] : await ports.forge.reviews(repo, number);
  const author = pullRequest?.author;
  const evidence = { head, reviews, ...(author === undefined ? {} : { author }) };
  return { seen: { gate: 'review', evidence, policy: await reviewPolicy(ports, look) } };
}

/** Who must approve: our reviewer, and everybody whom configuration or the forge's protection names. */
export async function reviewPolicy(ports: Ports, { spec, policy }: Look): Promise<ReviewPolicy> {
  const { reviewers } = await ports.forge.protection(spec.repo, spec.base);
  return { reviewer: policy.reviewer, required: union(policy.requiredReviewers, reviewers) };
}
