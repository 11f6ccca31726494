import type { GateName, Stage } from './pipeline.ts';
import type { SubjectKind } from './subject.ts';

/** What a gate's verdict is about. In a lane row an approval is about the task's own diff. */
export function gateSubject(gate: GateName, stage: Pick<Stage, 'lane'>): SubjectKind {
  switch (gate) {
    case 'artifacts':
      return 'documents';
    case 'approval':
      return stage.lane === undefined ? 'documents' : 'diff';
    case 'ci':
    case 'protected-paths':
    case 'review':
    case 'tests':
      return 'head';
    case 'merge':
      return 'candidate';
    case 'staging':
      return 'staged';
    case 'fresh':
      return 'artifact';
    case 'health':
      return 'released';
  }
}

/** Gates a person may never accept in place of the evidence: what they prove cannot be granted. */
const NEVER_ACCEPTED: readonly GateName[] = ['artifacts', 'approval', 'merge', 'fresh', 'health'];

export function acceptable(gate: GateName): boolean {
  return !NEVER_ACCEPTED.includes(gate);
}
