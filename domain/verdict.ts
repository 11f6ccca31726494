import type { SubjectRef, Subjects } from './subject.ts';

export type NonEmpty<T> = readonly [T, ...T[]];

/** One reason to rework. `text` is for a person and for the next prompt; `where` is a file, a check or a URL. */
export type Finding = { text: string; where?: string };

/** A recorded, bounded permission to pass something that failed for a reason outside the product. */
export type Waiver = {
  reason: string;
  by: string;
  /** ids of the checks it covers; empty = the whole gate */ checks: string[];
};

/**
 * The one vocabulary gates, agents and actions answer in. Trouble with an integration is no verdict: it is thrown.
 * - `fail`: an agent can mend it; costs a bounce. - `asks`: only a person can.
 * - `pending.unread`: the look did not read anything, so it never reaches the gate's limit.
 */
export type Verdict =
  | { kind: 'pass'; evidence: NonEmpty<string> }
  | { kind: 'waived'; of: NonEmpty<string>; waiver: Waiver }
  | { kind: 'pending'; for: string; until?: number; unread?: true }
  | { kind: 'fail'; findings: NonEmpty<Finding> }
  | { kind: 'inconclusive'; why: string }
  | { kind: 'stale'; why: string; subjects: Subjects }
  | { kind: 'asks'; why: string };

export type VerdictKind = Verdict['kind'];

export const pass = (first: string, ...rest: string[]): Verdict => ({ kind: 'pass', evidence: [first, ...rest] });
export const pending = (what: string, until?: number): Verdict =>
  until === undefined ? { kind: 'pending', for: what } : { kind: 'pending', for: what, until };
export const inconclusive = (why: string): Verdict => ({ kind: 'inconclusive', why });
export const stale = (why: string, subjects: Subjects): Verdict => ({ kind: 'stale', why, subjects });
export const asks = (why: string): Verdict => ({ kind: 'asks', why });
export const fail = (first: Finding | string, ...rest: (Finding | string)[]): Verdict => ({
  kind: 'fail',
  findings: [finding(first), ...rest.map(finding)],
});

function finding(given: Finding | string): Finding {
  return typeof given === 'string' ? { text: given } : given;
}

/** What a person may accept, and what an already given acceptance covers: exactly this gate and subject. */
export type Acceptance = { gate: string; subject: SubjectRef; reason: string; by: string };

/** Compile-time proof that a switch over a closed union names every member. */
export function never(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
