import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StagingReason, StagingVerdict } from '../../domain/staging-verdict.ts';
import { stagingVerdict } from '../../domain/staging-verdict.ts';

const result = (id: string, category: string, outcome: string) => ({ id, category, outcome, detail: '' });
const allowed = ['C9a', 'C9b'];

const pass = result('C1', 'real', 'pass');
const realFail = result('C2', 'real', 'fail');
const sandboxFail = result('C9a', 'sandbox-infra', 'fail');

const rows: [string, unknown, Outcome, Outcome][] = [
  ['all pass', [pass, result('C9a', 'sandbox-infra', 'pass')], ['SUCCESS', 'all-passed'], ['SUCCESS', 'all-passed']],
  ['any real check failed', [pass, realFail, sandboxFail], ['FAILED', 'real-failed'], ['FAILED', 'real-failed']],
  [
    'only sandbox-infra failed',
    [pass, sandboxFail],
    ['SUCCESS', 'only-sandbox-failed', 'C9a'],
    ['FAILED', 'sandbox-failed-strict'],
  ],
  ['no results', [], ['FAILED', 'no-results'], ['FAILED', 'no-results']],
  ['unknown id', [result('C7', 'sandbox-infra', 'fail')], ['FAILED', 'real-failed'], ['FAILED', 'real-failed']],
  ['internal error', [pass, result('C2', 'real', 'error')], ['FAILED', 'internal'], ['FAILED', 'internal']],
  ['not a list', { results: [pass] }, ['FAILED', 'internal'], ['FAILED', 'internal']],
  ['a result that is none', [pass, null], ['FAILED', 'internal'], ['FAILED', 'internal']],
  ['a result without an id', [{ outcome: 'pass' }], ['FAILED', 'internal'], ['FAILED', 'internal']],
  ['a result with an empty id', [result('', 'real', 'pass')], ['FAILED', 'internal'], ['FAILED', 'internal']],
  ['an outcome we do not know', [result('C1', 'real', 'ok')], ['FAILED', 'internal'], ['FAILED', 'internal']],
];
type Outcome = ['SUCCESS' | 'FAILED', StagingReason, ...string[]];

function outcomeOf({ outcome, reason, waived }: StagingVerdict): Outcome {
  return [outcome, reason, ...waived];
}

describe('staging verdict', () => {
  test.each(rows)('%s', (_, results, tolerant, strict) => {
    expect(outcomeOf(stagingVerdict(results, { mode: 'tolerant', allowed }))).toEqual(tolerant);
    expect(outcomeOf(stagingVerdict(results, { mode: 'strict', allowed }))).toEqual(strict);
  });

  const anyResult = fc.record({
    id: fc.constantFrom('C1', 'C2', 'C9a', 'C9b'),
    category: fc.constantFrom('real', 'sandbox-infra', 'other'),
    outcome: fc.constantFrom('pass', 'fail', 'error', 'skipped'),
    detail: fc.string(),
  });
  const anyPolicy = fc.record({
    mode: fc.constantFrom('tolerant' as const, 'strict' as const),
    allowed: fc.subarray(['C1', 'C9a', 'C9b']),
  });

  test('any real failure is FAILED, and SUCCESS means that all that failed was waivable and tolerated', () => {
    fc.assert(
      fc.property(fc.array(anyResult), anyPolicy, (results, policy) => {
        const { outcome, waived } = stagingVerdict(results, policy);
        const red = results.filter((one) => one.outcome !== 'pass');
        const waivable = red.filter(
          (one) => one.category === 'sandbox-infra' && policy.allowed.includes(one.id) && one.outcome !== 'skipped',
        );
        const tolerated = red.length === 0 || (policy.mode === 'tolerant' && waivable.length === red.length);
        expect(outcome).toBe(results.length > 0 && tolerated ? 'SUCCESS' : 'FAILED');
        expect(waived).toEqual(outcome === 'SUCCESS' ? red.map(({ id }) => id) : []);
      }),
      { numRuns: 2_000 },
    );
  });

  test('nonsense gives a verdict, and never a green one', () => {
    const isResult = (value: unknown) => {
      const { id, outcome } = (value ?? {}) as Record<string, unknown>;
      return typeof id === 'string' && id !== '' && outcome === 'pass';
    };
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (results, policy) => {
        const given = { mode: policy, allowed: policy } as never;
        const { outcome } = stagingVerdict(results, given);
        const proof = Array.isArray(results) && results.length > 0 && results.every(isResult);
        expect(outcome).toBe(proof ? 'SUCCESS' : 'FAILED');
      }),
      { numRuns: 2_000 },
    );
  });
});
