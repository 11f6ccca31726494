import type { GateName, Pipeline, Stage } from '../pipeline.ts';
import { stageIndex } from '../pipeline.ts';
import type { SubjectKind } from '../subject.ts';

/** What the rest of the system has to know about a gate besides its judge. */
export type GateTraits = {
  /** What its verdict is about, in a row with or without a lane. */
  subject: (row: Pick<Stage, 'lane'>) => SubjectKind;
  /** Judges what our own agents made: when that is missing for a new subject, the row's work makes it, uncharged. */
  product: 'ours' | 'theirs';
  mayBeInconclusive: 'yes' | 'no';
  /** Whether a person may accept it in place of the evidence. `never`: what it proves cannot be granted. */
  acceptable: 'yes' | 'never';
  /** A pass for the head counts for the candidate made from it; the merge gate checks that it may. */
  carries: 'head-to-candidate' | 'no';
};

const always = (kind: SubjectKind) => (): SubjectKind => kind;
const bySide = ({ lane }: Pick<Stage, 'lane'>): SubjectKind => (lane === undefined ? 'documents' : 'diff');

// prettier-ignore
export const GATES: Readonly<Record<GateName, GateTraits>> = {
  artifacts:         { subject: always('documents'), product: 'ours',   mayBeInconclusive: 'yes', acceptable: 'never', carries: 'no' },
  approval:          { subject: bySide,              product: 'theirs', mayBeInconclusive: 'no',  acceptable: 'never', carries: 'no' },
  ci:                { subject: always('head'),      product: 'theirs', mayBeInconclusive: 'no',  acceptable: 'yes',   carries: 'no' },
  'protected-paths': { subject: always('head'),      product: 'theirs', mayBeInconclusive: 'no',  acceptable: 'yes',   carries: 'no' },
  review:            { subject: always('head'),      product: 'ours',   mayBeInconclusive: 'yes', acceptable: 'yes',   carries: 'head-to-candidate' },
  tests:             { subject: always('head'),      product: 'ours',   mayBeInconclusive: 'yes', acceptable: 'yes',   carries: 'head-to-candidate' },
  merge:             { subject: always('candidate'), product: 'theirs', mayBeInconclusive: 'no',  acceptable: 'never', carries: 'no' },
  staging:           { subject: always('staged'),    product: 'theirs', mayBeInconclusive: 'yes', acceptable: 'yes',   carries: 'no' },
  fresh:             { subject: always('artifact'),  product: 'theirs', mayBeInconclusive: 'no',  acceptable: 'never', carries: 'no' },
  health:            { subject: always('released'),  product: 'theirs', mayBeInconclusive: 'yes', acceptable: 'never', carries: 'no' },
};

/** The gates of the rows before this one whose verdict the candidate must carry: review, tests, approved documents. */
export function owedToCandidate(pipeline: Pipeline, stage: string): GateName[] {
  const rows = pipeline.stages.slice(0, Math.max(0, stageIndex(pipeline, stage)));
  const owed = rows.flatMap((row) => [...row.enter, ...row.leave].map(({ gate }) => ({ gate, row }))).filter(isCarried);
  return [...new Set(owed.map(({ gate }) => gate))];
}

function isCarried({ gate, row }: { gate: GateName; row: Stage }): boolean {
  return (
    GATES[gate].carries === 'head-to-candidate' || (gate === 'approval' && GATES[gate].subject(row) === 'documents')
  );
}
