import type { Acceptance, NonEmpty, Verdict } from '../verdict.ts';

/**
 * A person's acceptance applied to what the gate said: anything short of a pass becomes `waived` and keeps the original
 * words. What passes needs no acceptance, and what is stale is about something else than the person accepted.
 */
export function withAcceptance(verdict: Verdict, acceptance: Acceptance | undefined): Verdict {
  if (!acceptance) return verdict;
  const of = accepted(verdict);
  if (!of) return verdict;
  return { kind: 'waived', of, waiver: { reason: acceptance.reason, by: acceptance.by, checks: [] } };
}

/** The words that are waived; undefined when there is nothing to waive. */
function accepted(verdict: Verdict): NonEmpty<string> | undefined {
  switch (verdict.kind) {
    case 'fail': {
      const [first, ...rest] = verdict.findings;
      return [first.text, ...rest.map((finding) => finding.text)];
    }
    case 'pending':
      return [verdict.for];
    case 'inconclusive':
    case 'asks':
      return [verdict.why];
    case 'pass':
    case 'waived':
    case 'stale':
      return undefined;
  }
}
