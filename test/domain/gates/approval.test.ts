import { describe, test } from 'vitest';
import type { ApprovalEvidence } from '../../../domain/gates/approval.ts';
import type { Approval } from '../../../domain/state.ts';
import { asks, fail, pass } from '../../../domain/verdict.ts';
import type { Row } from './rows.ts';
import { expectVerdict } from './rows.ts';

const subject = { kind: 'documents' as const, id: 'd0c5d0c5d0c5' };
const given = (answer: Approval['answer'], by: string, at: number, more: Partial<Approval> = {}): Approval => ({
  subject,
  answer,
  by,
  at,
  ...more,
});
const answers = (...approvals: Approval[]): ApprovalEvidence => ({ subject, approvals });

const rows: Row<ApprovalEvidence>[] = [
  { when: 'nobody has answered', seen: answers(), says: asks('Approve the documents d0c5d0c?') },
  {
    when: 'somebody approved',
    seen: answers(given('approve', 'ada', 1)),
    says: pass('ada approved the documents d0c5d0c'),
  },
  {
    when: 'somebody rejected with words',
    seen: answers(given('reject', 'ada', 1, { words: 'Say what happens offline.' })),
    says: fail('Say what happens offline.'),
  },
  {
    when: 'somebody rejected without words',
    seen: answers(given('reject', 'ada', 1, { words: '  ' })),
    says: fail('rejected by ada without words'),
  },
  {
    when: 'the newest answer is another one than the first',
    seen: answers(given('reject', 'bob', 2), given('approve', 'ada', 1)),
    says: fail('rejected by bob without words'),
  },
  {
    when: 'the approval was for another content',
    seen: answers(given('approve', 'ada', 1, { subject: { kind: 'documents', id: 'e1e1e1e' } })),
    says: asks('Approve the documents d0c5d0c?'),
  },
  {
    when: 'the approval was for a diff with the same id',
    seen: answers(given('approve', 'ada', 1, { subject: { kind: 'diff', id: subject.id } })),
    says: asks('Approve the documents d0c5d0c?'),
  },
];

describe('approval', () => {
  test.each(rows)('when $when', ({ seen, says }) => {
    expectVerdict({ gate: 'approval', evidence: seen, policy: { approvers: [] } }, says);
  });

  test('an answer of somebody who may not answer does not count', () => {
    const policy = { approvers: ['grace', 'linus'] };
    const seen = answers(given('approve', 'mallory', 9));
    const says = asks('Approve the documents d0c5d0c? (mallory may not answer; grace and linus may)');
    expectVerdict({ gate: 'approval', evidence: seen, policy }, says);
    const both = answers(given('approve', 'grace', 1), given('reject', 'mallory', 9));
    expectVerdict({ gate: 'approval', evidence: both, policy }, pass('grace approved the documents d0c5d0c'));
  });
});
