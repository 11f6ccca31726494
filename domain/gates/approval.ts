import type { Approval } from '../state.ts';
import type { SubjectRef } from '../subject.ts';
import { sameSubject } from '../subject.ts';
import type { Verdict } from '../verdict.ts';
import { asks, fail, pass } from '../verdict.ts';
import { listed, shortSha } from './say.ts';

export type ApprovalEvidence = { subject: SubjectRef; approvals: readonly Approval[] };

/** `approvers`: who may answer; empty = anybody. */
export type ApprovalPolicy = { approvers: readonly string[] };

/** Passes when the newest answer for exactly this subject, by somebody who may answer, approves. Without one it asks. */
export function judgeApproval({ subject, approvals }: ApprovalEvidence, { approvers }: ApprovalPolicy): Verdict {
  const about = approvals.filter((approval) => sameSubject(approval.subject, subject));
  const answer = newest(about.filter(({ by }) => approvers.length === 0 || approvers.includes(by)));
  if (!answer) {
    const uncounted = about.length === 0 ? '' : ` (${about.at(-1)?.by} may not answer; ${listed(approvers)} may)`;
    return asks(`Approve ${nameOf(subject)}?${uncounted}`);
  }
  switch (answer.answer) {
    case 'approve':
      return pass(`${answer.by} approved ${nameOf(subject)}`);
    case 'reject':
      return fail(answer.words?.trim() || `rejected by ${answer.by} without words`);
  }
}

/** The later one of two given at the same moment. */
function newest(approvals: readonly Approval[]): Approval | undefined {
  return approvals.reduce<Approval | undefined>((best, one) => (best && best.at > one.at ? best : one), undefined);
}

function nameOf(subject: SubjectRef): string {
  return `${subject.kind === 'documents' ? 'the documents' : `the ${subject.kind}`} ${shortSha(subject.id)}`;
}
