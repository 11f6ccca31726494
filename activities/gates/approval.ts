import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';

/** The answers people gave, as kept in the task's state, and who may answer now. */
export async function collectApproval(_ports: Ports, { subject, approvals, policy }: Look): Promise<Collected> {
  const { approvers } = policy;
  return { seen: { gate: 'approval', evidence: { subject, approvals }, policy: { approvers } } };
}
