import { describe, test } from 'vitest';
import type { StagingEvidence, StagingResult } from '../../../domain/gates/staging.ts';
import type { StagingPolicy } from '../../../domain/staging-verdict.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { asks, fail, inconclusive, pass, stale } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict } from './rows.ts';

const digest = 'sha256:0123456789abcdef';
const release = { environment: 'demo/staging', digest, deployId: 'D-1#1' };
const real = (id: string, outcome: StagingResult['outcome'], detail = ''): StagingResult => ({
  id,
  category: 'real',
  outcome,
  detail,
});
const sandbox = (id: string, outcome: StagingResult['outcome'], detail = ''): StagingResult => ({
  ...real(id, outcome, detail),
  category: 'sandbox-infra',
});
const checked = (...results: StagingResult[]): StagingEvidence => ({ release, running: release, results });
const waived = (text: string, id: string): Verdict => ({
  kind: 'waived',
  of: [text],
  waiver: { reason: 'sandbox trouble', by: 'policy', checks: [id] },
});

const rows: (Row<StagingEvidence> & { mode?: StagingPolicy['mode'] })[] = [
  {
    when: 'every check passed',
    seen: checked(real('C1', 'pass'), sandbox('C9a', 'pass')),
    says: pass('2 staging checks passed on sha256:0123456 (D-1#1)'),
  },
  {
    when: 'a real check failed, whatever the sandbox did',
    seen: checked(real('C1', 'fail', 'GET /health gave 500'), sandbox('C9a', 'fail'), real('C2', 'pass')),
    says: fail({ text: 'GET /health gave 500', where: 'C1' }),
  },
  {
    when: 'only an allowed sandbox check failed',
    seen: checked(real('C1', 'pass'), sandbox('C9a', 'error', 'account expired')),
    says: waived('C9a: account expired', 'C9a'),
  },
  {
    when: 'only a sandbox check failed, under the strict policy',
    mode: 'strict',
    seen: checked(real('C1', 'pass'), sandbox('C9a', 'fail')),
    says: asks('only sandbox checks failed (C9a), and the policy is strict: operators decide'),
  },
  {
    when: 'a check calls itself sandbox and is not on the list',
    seen: checked(sandbox('C4', 'fail', 'login is broken')),
    says: fail({ text: 'login is broken', where: 'C4' }),
  },
  {
    when: 'an allowed id calls itself real',
    seen: checked(real('C9a', 'fail')),
    says: fail({ text: 'staging check C9a failed without words', where: 'C9a' }),
  },
  {
    when: 'a real check could not run',
    seen: checked(real('C1', 'pass'), real('C2', 'error')),
    says: inconclusive('the staging check of sha256:0123456 could not judge C2'),
  },
  {
    when: 'there are no results',
    seen: checked(),
    says: inconclusive('the staging check of sha256:0123456 gave no results'),
  },
  {
    when: 'nothing answers, whatever the results say',
    seen: { release, results: [real('C1', 'pass')] },
    says: inconclusive('nothing answers at demo/staging, where sha256:0123456 was deployed'),
  },
  {
    when: 'staging runs another digest',
    seen: { release, running: { digest: 'sha256:ffffffffff', deployId: 'D-1#1' }, results: [real('C1', 'pass')] },
    says: stale('demo/staging runs sha256:fffffff (D-1#1), not sha256:0123456 (D-1#1)', {}),
  },
  {
    when: 'staging runs another deployment of the same digest',
    seen: { release, running: { digest, deployId: '' }, results: [real('C1', 'fail')] },
    says: stale('demo/staging runs sha256:0123456 (no deploy id), not sha256:0123456 (D-1#1)', {}),
  },
];

describe('staging', () => {
  test.each(rows)('when $when', ({ seen, mode = 'tolerant', says }) => {
    expectVerdict({ gate: 'staging', evidence: seen, policy: { mode, allowed: ['C9a'] } }, says);
  });
});
