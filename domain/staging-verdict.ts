/**
 * The staging verdict: what the results of the staging check mean. Pure and total: any input gives a verdict, and only
 * proof gives SUCCESS. Its input is what programs printed, so nothing about its shape is taken for granted.
 */

/** `allowed`: ids of the sandbox checks whose failure may be waived; an id not on it is real whatever it calls itself. */
export type StagingPolicy = { mode: 'tolerant' | 'strict'; allowed: readonly string[] };

/**
 * `internal`: something could not be judged or is not a result. That is our trouble, not the product's failure,
 * and never a success.
 */
export type StagingReason =
  'all-passed' | 'only-sandbox-failed' | 'sandbox-failed-strict' | 'real-failed' | 'no-results' | 'internal';

export type StagingVerdict = {
  outcome: 'SUCCESS' | 'FAILED';
  reason: StagingReason;
  /** Ids that failed and were waived; empty unless the reason is `only-sandbox-failed`. */
  waived: string[];
  /** Ids that failed and count against the product. */
  real: string[];
  /** Ids of the allowed sandbox checks that failed, waived or not. */
  sandbox: string[];
};

/** The verdict on results of the shape of the port's `CheckResult`; anything else in the list makes it `internal`. */
export function stagingVerdict(results: unknown, policy: StagingPolicy): StagingVerdict {
  if (!Array.isArray(results)) return failed('internal', [], []);
  if (results.length === 0) return failed('no-results', [], []);
  const read = Array.from(results, (result) => readResult(result, policy));
  const real = idsOf(read, 'real');
  const sandbox = idsOf(read, 'sandbox');
  if (real.length > 0) return failed('real-failed', real, sandbox);
  if (read.some(({ kind }) => kind === 'internal')) return failed('internal', real, sandbox);
  if (sandbox.length === 0) return { outcome: 'SUCCESS', reason: 'all-passed', waived: [], real, sandbox };
  if (policy.mode !== 'tolerant') return failed('sandbox-failed-strict', real, sandbox);
  return { outcome: 'SUCCESS', reason: 'only-sandbox-failed', waived: sandbox, real, sandbox };
}

function failed(reason: StagingReason, real: string[], sandbox: string[]): StagingVerdict {
  return { outcome: 'FAILED', reason, waived: [], real, sandbox };
}

type Read = { kind: 'passed' } | { kind: 'internal' } | { kind: 'real' | 'sandbox'; id: string };

/** A sandbox check that could not run is what the allow-list is for; a real one that could not run proves nothing. */
function readResult(result: unknown, policy: StagingPolicy): Read {
  if (typeof result !== 'object' || result === null) return { kind: 'internal' };
  const { id, category, outcome } = result as Record<string, unknown>;
  if (typeof id !== 'string' || id === '') return { kind: 'internal' };
  const allowed = category === 'sandbox-infra' && Array.isArray(policy.allowed) && policy.allowed.includes(id);
  switch (outcome) {
    case 'pass':
      return { kind: 'passed' };
    case 'fail':
      return { kind: allowed ? 'sandbox' : 'real', id };
    case 'error':
      return allowed ? { kind: 'sandbox', id } : { kind: 'internal' };
    default:
      return { kind: 'internal' };
  }
}

function idsOf(read: readonly Read[], kind: 'real' | 'sandbox'): string[] {
  return read.flatMap((one) => (one.kind === kind ? [one.id] : []));
}
