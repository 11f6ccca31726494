import { expect } from 'vitest';
import type { GateEvidence } from '../../../domain/gates/index.ts';
import { judge } from '../../../domain/gates/index.ts';
import type { Verdict } from '../../../domain/verdict.ts';

export const HEAD = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
export const OLD = '0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0';

/** A row of a gate's table: what was seen, and what the gate says to it. */
export type Row<E> = { when: string; seen: E; says: Verdict };

/** Judges as the system does, and holds the verdict to one sentence. */
export function expectVerdict(seen: GateEvidence, says: Verdict): void {
  const verdict = judge(seen);
  expect(verdict).toEqual(says);
  expect(said(verdict).length).toBeLessThanOrEqual(140);
}

function said(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'pass':
      return verdict.evidence[0];
    case 'waived':
      return verdict.of[0];
    case 'pending':
      return verdict.for;
    case 'fail':
      return '';
    case 'inconclusive':
    case 'stale':
    case 'asks':
      return verdict.why;
  }
}
