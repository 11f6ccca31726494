import { expect, test } from 'vitest';
import { withAcceptance } from '../../../domain/gates/acceptance.ts';
import { GATES, owedToCandidate } from '../../../domain/gates/registry.ts';
import { DEFAULT_PIPELINE } from '../../../domain/default-pipeline.ts';
import { GATE_NAMES } from '../../../domain/pipeline.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { asks, fail, inconclusive, pass, pending, stale } from '../../../domain/verdict.ts';

const lane = { lane: 'release' };

test('every gate, and what the rest of the system knows about it', () => {
  const table = GATE_NAMES.map((name) => {
    const { subject, product, mayBeInconclusive, acceptable, carries } = GATES[name];
    const about = [...new Set([subject({}), subject(lane)])].join('/');
    return [name, about, product, mayBeInconclusive, acceptable, carries].join(' | ');
  });
  expect(table).toEqual([
    'artifacts | documents | ours | yes | never | no',
    'approval | documents/diff | theirs | no | never | no',
    'ci | head | theirs | no | yes | no',
    'protected-paths | head | theirs | no | yes | no',
    'review | head | ours | yes | yes | head-to-candidate',
    'tests | head | ours | yes | yes | head-to-candidate',
    'merge | candidate | theirs | no | never | no',
    'staging | staged | theirs | yes | yes | no',
    'fresh | artifact | theirs | no | never | no',
    'health | released | theirs | yes | never | no',
  ]);
});

test.each([
  ['deploy-staging', ['approval', 'review', 'tests']],
  ['testing', ['approval', 'review']],
  ['analysis', []],
  ['no such stage', []],
])('at %s the candidate owes %j', (stage, owed) => {
  expect(owedToCandidate(DEFAULT_PIPELINE, stage)).toEqual(owed);
});

const acceptance = { gate: 'ci', subject: { kind: 'head' as const, id: 'a' }, reason: 'known flake', by: 'ada' };
const waived = (...of: [string, ...string[]]): Verdict => ({
  kind: 'waived',
  of,
  waiver: { reason: 'known flake', by: 'ada', checks: [] },
});

test.each<[string, Verdict, Verdict]>([
  ['a fail is waived with every finding kept', fail('one', 'two'), waived('one', 'two')],
  ['an inconclusive answer is waived', inconclusive('grey'), waived('grey')],
  ['what is pending is waived', pending('test'), waived('test')],
  ['what asks is waived', asks('why?'), waived('why?')],
  ['a pass stays a pass', pass('green'), pass('green')],
  ['what is stale stays stale', stale('moved', {}), stale('moved', {})],
])('with an acceptance %s', (_, verdict, says) => {
  expect(withAcceptance(verdict, acceptance)).toEqual(says);
  expect(withAcceptance(verdict, undefined)).toEqual(verdict);
});
