import { shorten } from '../sentence.ts';
import type { NonEmpty, Verdict } from '../verdict.ts';

/** A commit as people read it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** A digest as people read it: `sha256:0123456`. */
export function shortDigest(digest: string): string {
  const [algorithm, hex] = digest.split(':', 2);
  return hex === undefined ? shortSha(digest) : `${algorithm}:${shortSha(hex)}`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : [...names];
  const last = shown.pop() ?? 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** The last lines of a program's output, where it says what went wrong; at most `most` characters. */
export function tail(output: string, most = 1_500): string {
  const text = output.trimEnd();
  return text.length <= most ? text : `…${text.slice(-most)}`;
}

/** The verdict with the sentence it says clipped; findings keep their words, they travel to the next prompt. */
export function inOneSentence(verdict: Verdict): Verdict {
  switch (verdict.kind) {
    case 'pass':
      return { ...verdict, evidence: clipFirst(verdict.evidence) };
    case 'waived':
      return { ...verdict, of: clipFirst(verdict.of) };
    case 'pending':
      return { ...verdict, for: shorten(verdict.for) };
    case 'fail':
      return verdict;
    case 'inconclusive':
    case 'stale':
    case 'asks':
      return { ...verdict, why: shorten(verdict.why) };
  }
}

function clipFirst([first, ...rest]: NonEmpty<string>): NonEmpty<string> {
  return [shorten(first), ...rest];
}

/** The items as a list that has at least one; undefined when it has none. */
export function nonEmpty<T>(items: readonly T[]): NonEmpty<T> | undefined {
  const [first, ...rest] = items;
  return first === undefined ? undefined : [first, ...rest];
}
