import { describe, test } from 'vitest';
import type { GivenReview } from '../../../domain/gates/review.ts';
import { asks, fail, inconclusive, pass, pending } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict, HEAD, OLD } from './rows.ts';

const review = (reviewer: string, verdict: GivenReview['verdict'], more: Partial<GivenReview> = {}): GivenReview => ({
  reviewer,
  verdict,
  head: HEAD,
  body: '',
  findings: [],
  state: 'official',
  at: 1,
  ...more,
});
const ours = (verdict: GivenReview['verdict'], more: Partial<GivenReview> = {}) => review('bot', verdict, more);

const rows: (Row<GivenReview[]> & { required?: string[] })[] = [
  { when: 'our reviewer approved this head', seen: [ours('approve')], says: pass('bot approved a1b2c3d') },
  {
    when: 'our reviewer and everybody required approved this head',
    required: ['ada', 'bot'],
    seen: [ours('approve'), review('ada', 'approve')],
    says: pass('bot and ada approved a1b2c3d'),
  },
  { when: 'nobody reviewed', seen: [], says: inconclusive('our reviewer has not judged a1b2c3d') },
  {
    when: 'only a person approved',
    seen: [review('ada', 'approve')],
    says: inconclusive('our reviewer has not judged a1b2c3d'),
  },
  {
    when: 'our reviewer approved another head',
    seen: [ours('approve', { head: OLD })],
    says: inconclusive('our reviewer has not judged a1b2c3d'),
  },
  {
    when: 'our reviewer asked for changes at another head',
    seen: [ours('request-changes', { head: OLD })],
    says: inconclusive('our reviewer has not judged a1b2c3d'),
  },
  {
    when: 'our reviewer asks for changes at this head',
    seen: [ours('request-changes', { findings: [{ text: 'No test.', where: 'a.ts' }, { text: 'Typo.' }] })],
    says: fail({ text: 'No test.', where: 'a.ts' }, 'Typo.'),
  },
  {
    when: 'a person asks for changes at this head, our reviewer approved',
    seen: [
      ours('approve'),
      review('ada', 'request-changes', { body: 'Too clever.' }),
      review('bob', 'request-changes'),
    ],
    says: fail('Too clever.', 'bob asks for changes without words'),
  },
  {
    when: 'a person asked for changes at an older head',
    seen: [ours('approve'), review('ada', 'request-changes', { head: OLD })],
    says: pending('ada to look again at a1b2c3d'),
  },
  {
    when: 'that person approved since',
    seen: [ours('approve'), review('ada', 'request-changes', { head: OLD }), review('ada', 'approve', { at: 2 })],
    says: pass('bot and ada approved a1b2c3d'),
  },
  {
    when: 'that request was dismissed',
    seen: [ours('approve'), review('ada', 'request-changes', { head: OLD, state: 'dismissed' })],
    says: pass('bot approved a1b2c3d'),
  },
  {
    when: 'somebody required has not reviewed this head',
    required: ['ada', 'bob'],
    seen: [ours('approve'), review('ada', 'approve', { head: OLD })],
    says: pending('ada and bob to review a1b2c3d'),
  },
  {
    when: "a required person's approval was dismissed",
    required: ['ada'],
    seen: [ours('approve'), review('ada', 'approve', { state: 'dismissed' })],
    says: pending('ada to review a1b2c3d'),
  },
  {
    when: 'the author approved their own work',
    required: ['dev'],
    seen: [ours('approve'), review('dev', 'approve')],
    says: pending('dev to review a1b2c3d'),
  },
  {
    when: 'the same person approved and asked for changes at the same moment',
    seen: [ours('approve'), review('ada', 'request-changes', { body: 'Wait.' }), review('ada', 'approve')],
    says: fail('Wait.'),
  },
];

describe('review', () => {
  test.each(rows)('when $when', ({ seen, required = [], says }) => {
    const evidence = { head: HEAD, author: 'dev', reviews: seen };
    expectVerdict({ gate: 'review', evidence, policy: { reviewer: 'bot', required } }, says);
  });

  test('when our reviewer opened the pull request, it cannot judge it', () => {
    const evidence = { head: HEAD, author: 'bot', reviews: [ours('approve')] };
    const says = asks('bot opened the pull request and cannot review it: use two accounts');
    expectVerdict({ gate: 'review', evidence, policy: { reviewer: 'bot', required: [] } }, says);
  });
});
