import { describe, test } from 'vitest';
import type { GivenReview } from '../../../domain/gates/review.ts';
import type { MergeEvidence } from '../../../domain/gates/merge.ts';
import type { Passed } from '../../../domain/state.ts';
import { asks, fail, pass, pending, stale } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict, HEAD, OLD } from './rows.ts';

const BASE = 'ba5eba5eba5eba5eba5eba5eba5eba5eba5eba5e';
const M = 'cafecafecafecafecafecafecafecafecafecafe';

const passed = (gate: Passed['gate'], id: string, kind: Passed['kind'] = 'pass'): Passed => ({
  stage: gate,
  gate,
  kind,
  subject: { kind: gate === 'approval' ? 'documents' : 'head', id },
  at: 1,
  say: '',
});
const review = (reviewer: string, verdict: GivenReview['verdict'], head: string): GivenReview => ({
  reviewer,
  verdict,
  head,
  body: 'Not yet.',
  findings: [],
  state: 'official',
  at: head === M ? 2 : 1,
});
const green = [{ context: 'test', state: 'success' as const, description: '', at: 1 }];

/** M is the merge of the head and a base that moved since, and everything holds. */
const good: MergeEvidence = {
  candidate: { sha: M, head: HEAD, base: BASE, tree: 'tree-m', diff: 'd' },
  commit: { tree: 'tree-m', parents: [HEAD, BASE] },
  recomputedTree: 'tree-m',
  adds: 'something',
  baseTip: BASE,
  documents: 'docs1',
  owed: ['approval', 'review', 'tests'],
  passed: [passed('approval', 'docs1'), passed('review', HEAD), passed('tests', HEAD)],
  statuses: green,
  reviews: [review('bot', 'approve', HEAD)],
  pullRequest: { number: 7, author: 'dev', mergeable: 'yes' },
};

const rows: Row<Partial<MergeEvidence>>[] = [
  { when: 'everything holds', seen: {}, says: pass('cafecaf is what was judged, and can land on ba5eba5') },
  {
    when: 'M is the judged head itself',
    seen: {
      candidate: { ...good.candidate, sha: HEAD },
      commit: { tree: 'tree-m', parents: [OLD] },
    },
    says: pass('a1b2c3d is what was judged, and can land on ba5eba5'),
  },
  {
    when: 'the base moved: nothing else is concluded, whatever is red',
    seen: { baseTip: OLD, statuses: [{ ...green[0]!, state: 'failure' }] },
    says: stale('the base moved to 0ld0ld0; cafecaf was made on ba5eba5', {}),
  },
  {
    when: 'M has another parent',
    seen: { commit: { tree: 'tree-m', parents: [HEAD, OLD] } },
    says: asks('cafecaf is not the merge of a1b2c3d and ba5eba5'),
  },
  {
    when: 'M has a third parent',
    seen: { commit: { tree: 'tree-m', parents: [HEAD, BASE, OLD] } },
    says: asks('cafecaf is not the merge of a1b2c3d and ba5eba5'),
  },
  {
    when: 'M holds something that merging does not give',
    seen: { recomputedTree: 'another' },
    says: asks('cafecaf does not hold what merging head and base gives'),
  },
  {
    when: 'M adds nothing',
    seen: { adds: 'nothing' },
    says: asks('cafecaf adds nothing to the base: is the work there already?'),
  },
  {
    when: 'the documents at M are not the approved ones',
    seen: { documents: 'docs2' },
    says: stale('the documents at cafecaf are not the approved ones', { documents: 'docs2' }),
  },
  {
    when: 'the tests passed another head',
    seen: { passed: [passed('approval', 'docs1'), passed('review', HEAD), passed('tests', OLD)] },
    says: stale('tests has not passed for a1b2c3d', { head: HEAD }),
  },
  {
    when: 'the table owes no tests',
    seen: { owed: ['review'], passed: [passed('review', HEAD)] },
    says: pass('cafecaf is what was judged, and can land on ba5eba5'),
  },
  { when: 'nothing has reported on M', seen: { statuses: [] }, says: pending('test on cafecaf (no checks yet)') },
  {
    when: 'a context is red on M',
    seen: { statuses: [{ ...green[0]!, state: 'failure', description: '2 of 40 fail' }] },
    says: fail({ text: '2 of 40 fail', where: 'test' }),
  },
  {
    when: 'a person asks for changes at M',
    seen: { reviews: [...good.reviews, review('ada', 'request-changes', M)] },
    says: fail('Not yet.'),
  },
  {
    when: 'our approval was withdrawn after its gate had passed',
    seen: { reviews: [{ ...review('bot', 'approve', HEAD), state: 'dismissed' }] },
    says: asks('our reviewer has not judged a1b2c3d any more'),
  },
  {
    when: 'a person accepted the head in place of the review',
    seen: { reviews: [], owed: ['review'], passed: [passed('review', HEAD, 'waived')] },
    says: pass('cafecaf is what was judged, and can land on ba5eba5'),
  },
  {
    when: 'the project is frozen',
    seen: { freeze: { by: 'ada', reason: 'release week' } },
    says: pending('the end of the freeze by ada: release week'),
  },
  {
    when: 'the forge has not decided yet',
    seen: { pullRequest: { number: 7, mergeable: 'unknown' } },
    says: pending('the forge to say whether #7 can be merged'),
  },
  {
    when: 'the forge refuses',
    seen: { pullRequest: { number: 7, mergeable: 'no' } },
    says: pending('the forge to allow the merge of #7; it calls it not mergeable now'),
  },
];

describe('merge', () => {
  const policy = { ci: { required: ['test'] }, review: { reviewer: 'bot', required: [] } };
  test.each(rows)('when $when', ({ seen, says }) => {
    expectVerdict({ gate: 'merge', evidence: { ...good, ...seen }, policy }, says);
  });
});
