import type { Facts } from './event.ts';
import type { Pipeline } from './pipeline.ts';
import { stageOf } from './pipeline.ts';
import type { TaskState } from './state.ts';
import type { Release, SubjectKind, SubjectRef } from './subject.ts';
import { sameSubject, subjectRef } from './subject.ts';

/**
 * Evidence that outlives its subject, because all it was about is still there: documents that a role only added its own
 * to keep their approval, and the same bytes deployed to the same place once more keep what a person accepted of them.
 */
export function carryEvidence(pipeline: Pipeline, before: TaskState, after: TaskState, facts: Facts): TaskState {
  const extended = facts.documents === 'extended' && owesDocuments(pipeline, before);
  return carryRelease(before, extended ? carryDocuments(before, after) : after);
}

function owesDocuments(pipeline: Pipeline, { position }: TaskState): boolean {
  const { work } = stageOf(pipeline, position.stage);
  return work.kind === 'agent' && pipeline.roles[work.role]?.owes === 'documents';
}

function carryRelease(before: TaskState, after: TaskState): TaskState {
  return sameBytes(before.subjects.staged, after.subjects.staged) ? carryAcceptances(before, after) : after;
}

function carryDocuments(before: TaskState, after: TaskState): TaskState {
  const rebound = rebind(before, after, 'documents');
  return { ...after, passed: after.passed.map(rebound), approvals: after.approvals.map(rebound) };
}

/** A repeated deployment is judged again; only the permission is carried, never a pass. */
function carryAcceptances(before: TaskState, after: TaskState): TaskState {
  return { ...after, acceptances: after.acceptances.map(rebind(before, after, 'staged')) };
}

function rebind(before: TaskState, after: TaskState, kind: SubjectKind) {
  const from = subjectRef(before.subjects, kind);
  const to = subjectRef(after.subjects, kind);
  return <T extends { subject: SubjectRef }>(entry: T): T =>
    to && sameSubject(entry.subject, from) ? { ...entry, subject: to } : entry;
}

function sameBytes(old: Release | undefined, now: Release | undefined): boolean {
  return old !== undefined && old.environment === now?.environment && old.digest === now.digest;
}
