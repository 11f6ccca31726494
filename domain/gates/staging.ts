import { stagingVerdict } from '../staging-verdict.ts';
import type { StagingPolicy } from '../staging-verdict.ts';
import type { Release } from '../subject.ts';
import type { Verdict } from '../verdict.ts';
import { asks, inconclusive, pass, stale } from '../verdict.ts';
import { listed, nonEmpty, shortDigest } from './say.ts';

/** One staging check's answer. */
export type StagingResult = {
  id: string;
  category: 'real' | 'sandbox-infra';
  outcome: 'pass' | 'fail' | 'error';
  detail: string;
};

export type StagingEvidence = {
  /** What was deployed for this task. */
  release: Release;
  /** What staging says it runs, read after the checks; absent: nothing answers. */
  running?: { digest: string; deployId: string };
  results: readonly StagingResult[];
};

/**
 * Passes when every check passed on exactly this release; waived when only allowed sandbox checks failed under the
 * tolerant policy. Under the strict one those are operators' to decide. Nothing to judge by is inconclusive.
 */
export function judgeStaging({ release, running, results }: StagingEvidence, policy: StagingPolicy): Verdict {
  const digest = shortDigest(release.digest);
  if (!running) return inconclusive(`nothing answers at ${release.environment}, where ${digest} was deployed`);
  if (running.digest !== release.digest || running.deployId !== release.deployId) {
    const other = `${shortDigest(running.digest)} (${running.deployId || 'no deploy id'})`;
    return stale(`${release.environment} runs ${other}, not ${digest} (${release.deployId})`, {});
  }
  const verdict = stagingVerdict(results, policy);
  switch (verdict.reason) {
    case 'all-passed':
      return pass(`${results.length} staging checks passed on ${digest} (${release.deployId})`);
    case 'only-sandbox-failed': {
      const of = nonEmpty(details(results, verdict.waived)) ?? ['sandbox checks failed'];
      return { kind: 'waived', of, waiver: { reason: 'sandbox trouble', by: 'policy', checks: verdict.waived } };
    }
    case 'sandbox-failed-strict':
      return asks(
        `only sandbox checks failed (${listed(verdict.sandbox)}), and the policy is strict: operators decide`,
      );
    case 'real-failed': {
      const findings = nonEmpty(verdict.real.map((id) => ({ text: detailOf(results, id), where: id })));
      return { kind: 'fail', findings: findings ?? [{ text: 'a staging check failed' }] };
    }
    case 'no-results':
      return inconclusive(`the staging check of ${digest} gave no results`);
    case 'internal':
      return inconclusive(`the staging check of ${digest} could not judge ${listed(unjudged(results))}`);
  }
}

function details(results: readonly StagingResult[], ids: readonly string[]): string[] {
  return ids.map((id) => `${id}: ${detailOf(results, id)}`);
}

function detailOf(results: readonly StagingResult[], id: string): string {
  const result = results.find((one) => one.id === id && one.outcome !== 'pass');
  return result?.detail.trim() || `staging check ${id} failed without words`;
}

function unjudged(results: readonly StagingResult[]): string[] {
  return results.filter(({ outcome }) => outcome === 'error').map(({ id }) => id);
}
