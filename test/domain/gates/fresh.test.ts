import { describe, test } from 'vitest';
import type { FreshEvidence } from '../../../domain/gates/fresh.ts';
import { fail, pass } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict, HEAD as M, OLD } from './rows.ts';

const digest = 'sha256:0123456789abcdef';
const other = 'sha256:fedcba9876543210';
const good: FreshEvidence = {
  artifact: { image: 'demo', digest, revision: M, buildRun: 'b1' },
  found: { digest, revision: M },
  candidate: M,
  baseTip: M,
  stagedDigest: digest,
};
const wrong = (text: string) => fail({ text, where: 'demo' });

const rows: Row<FreshEvidence>[] = [
  {
    when: 'it was built from the base tip and staging passed it',
    seen: good,
    says: pass('sha256:0123456 was built from the base tip a1b2c3d and passed staging'),
  },
  {
    when: 'the registry does not have it',
    seen: { artifact: good.artifact, candidate: M, baseTip: M, stagedDigest: digest },
    says: wrong('the registry does not have demo at sha256:0123456'),
  },
  {
    when: 'the registry has other bytes',
    seen: { ...good, found: { digest: other, revision: M } },
    says: wrong('the registry has sha256:fedcba9, recorded is sha256:0123456'),
  },
  {
    when: 'its revision label is another commit',
    seen: { ...good, found: { digest, revision: OLD } },
    says: wrong('sha256:0123456 says it was built from 0ld0ld0, not from a1b2c3d'),
  },
  {
    when: 'it has no revision label',
    seen: { ...good, found: { digest, revision: '' } },
    says: wrong('sha256:0123456 says it was built from nothing, not from a1b2c3d'),
  },
  {
    when: 'its record names another commit',
    seen: { ...good, artifact: { ...good.artifact, revision: OLD } },
    says: wrong('the record of sha256:0123456 names 0ld0ld0, not a1b2c3d'),
  },
  { when: 'the base moved on', seen: { ...good, baseTip: OLD }, says: wrong('the base tip is 0ld0ld0, not a1b2c3d') },
  {
    when: 'staging passed another digest',
    seen: { ...good, stagedDigest: other },
    says: wrong('staging has not passed sha256:0123456'),
  },
];

describe('fresh', () => {
  test.each(rows)('when $when', ({ seen, says }) => {
    expectVerdict({ gate: 'fresh', evidence: seen, policy: { mode: 'enforces' } }, says);
  });

  test('staging that passed nothing is no evidence', () => {
    const { stagedDigest: _none, ...seen } = good;
    const says = wrong('staging has not passed sha256:0123456');
    expectVerdict({ gate: 'fresh', evidence: seen, policy: { mode: 'enforces' } }, says);
  });

  test('with the switch off everything that is wrong is said and stops nothing', () => {
    const seen = { ...good, baseTip: OLD, stagedDigest: other };
    const says = pass(
      'image freshness is only reported: its switch is off',
      'the base tip is 0ld0ld0, not a1b2c3d',
      'staging has not passed sha256:0123456',
    );
    expectVerdict({ gate: 'fresh', evidence: seen, policy: { mode: 'reports' } }, says);
  });
});
