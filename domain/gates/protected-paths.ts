import { matchesPath } from '../glob.ts';
import type { Verdict } from '../verdict.ts';
import { pass } from '../verdict.ts';
import { nonEmpty, shortSha } from './say.ts';

export type ProtectedPathsEvidence = {
  head: string;
  /** Paths that differ between the merge base with the base branch and the head. */
  changedPaths: readonly string[];
};

/** `globs`: what only a person may change: CI files, hooks, configuration of agents. */
export type ProtectedPathsPolicy = { globs: readonly string[] };

/** Passes when no path the head changes is protected. A person may accept a fail, for exactly this head. */
export function judgeProtectedPaths(evidence: ProtectedPathsEvidence, { globs }: ProtectedPathsPolicy): Verdict {
  const { head, changedPaths } = evidence;
  const findings = nonEmpty(
    changedPaths.flatMap((path) => {
      const glob = globs.find((candidate) => matchesPath(candidate, path));
      return glob === undefined ? [] : [{ text: `${path} may only be changed by a person (${glob})`, where: path }];
    }),
  );
  if (findings) return { kind: 'fail', findings };
  return pass(`none of the ${changedPaths.length} paths changed at ${shortSha(head)} is protected`);
}
