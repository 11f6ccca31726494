import type { Facts } from './event.ts';
import type { TaskState } from './state.ts';
import type { Release, SubjectKind, SubjectRef } from './subject.ts';
import { sameSubject, subjectRef } from './subject.ts';

/**
 * Evidence that outlives its subject, because all it was about is still there: earlier documents keep their approval
 * when a role only writes its own, and the same bytes deployed once more keep what a person accepted of them.
 */
export function carryEvidence(before: TaskState, after: TaskState, facts: Facts): TaskState {
  const documents = rebind(before, after, 'documents');
  const passed = facts.documents === 'only-its-own' ? after.passed.map(documents) : after.passed;
  return carryAcceptances(before, { ...after, passed });
}

/** A repeated deployment is judged again; only the permission is carried, never a pass. */
function carryAcceptances(before: TaskState, after: TaskState): TaskState {
  if (!sameBytes(before.subjects.staged, after.subjects.staged)) return after;
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
