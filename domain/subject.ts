/**
 * What a verdict is about. Subjects derive from each other: head → candidate → artifact → releases.
 * A new one forgets everything derived from the old, so no verdict can outlive the thing it judged.
 */

/** The exact commit that would become the base tip: the task's head with the base merged in. */
export type Candidate = {
  sha: string;
  head: string;
  base: string;
  tree: string;
  /** sha256 of the task's own diff */ diff: string;
};
/** What was built once from the candidate. `digest` is `sha256:<hex>`; `revision` is the candidate's commit. */
export type Artifact = { image: string; digest: string; revision: string; buildRun: string };
/** An artifact running somewhere. */
export type Release = { environment: string; digest: string; deployId: string };

export type Subjects = {
  /** sha256 over the documents under `docs/tasks/<KEY>/`. */
  documents?: string;
  /** The task branch's last commit by an agent or a person. */
  head?: string;
  candidate?: Candidate;
  artifact?: Artifact;
  staged?: Release;
  released?: Release;
};

export type SubjectKind = 'documents' | 'diff' | 'head' | 'candidate' | 'artifact' | 'staged' | 'released';

/** A subject named so that two of them can be compared: same kind and same id. */
export type SubjectRef = { kind: SubjectKind; id: string };

/** The subjects with the given ones replaced and everything derived from a changed one forgotten. */
export function withSubjects(old: Subjects, change: Subjects): Subjects {
  const next: Subjects = { ...old };
  if (change.documents !== undefined) next.documents = change.documents;
  if (change.head !== undefined && change.head !== old.head) {
    next.head = change.head;
    forget(next, 'candidate');
  }
  if (change.candidate !== undefined && change.candidate.sha !== old.candidate?.sha) {
    forget(next, 'candidate');
    next.candidate = change.candidate;
  }
  if (change.artifact !== undefined && change.artifact.digest !== old.artifact?.digest) {
    forget(next, 'artifact');
    next.artifact = change.artifact;
  }
  if (change.staged !== undefined) next.staged = change.staged;
  if (change.released !== undefined) next.released = change.released;
  return next;
}

/** Drops the candidate (or artifact) and what was derived from it, in place. */
function forget(subjects: Subjects, from: 'candidate' | 'artifact'): void {
  if (from === 'candidate') delete subjects.candidate;
  delete subjects.artifact;
  delete subjects.staged;
  delete subjects.released;
}

/** The subject of that kind as it stands now; undefined when the task has none yet. */
export function subjectRef(subjects: Subjects, kind: SubjectKind): SubjectRef | undefined {
  const id = subjectId(subjects, kind);
  return id === undefined ? undefined : { kind, id };
}

function subjectId(subjects: Subjects, kind: SubjectKind): string | undefined {
  switch (kind) {
    case 'documents':
      return subjects.documents;
    case 'diff':
      return subjects.candidate?.diff;
    case 'head':
      return subjects.head;
    case 'candidate':
      return subjects.candidate?.sha;
    case 'artifact':
      return subjects.artifact && `${subjects.artifact.digest}@${subjects.artifact.revision}`;
    case 'staged':
      return subjects.staged && releaseId(subjects.staged);
    case 'released':
      return subjects.released && releaseId(subjects.released);
  }
}

function releaseId(release: Release): string {
  return `${release.environment}/${release.digest}/${release.deployId}`;
}

export function sameSubject(a: SubjectRef | undefined, b: SubjectRef | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === b.kind && a.id === b.id;
}

/** The commit the task branch must point to: Conveyor's own merge when there is one, else the head. */
export function expectedTip(subjects: Subjects): string | undefined {
  return subjects.candidate?.sha ?? subjects.head;
}
