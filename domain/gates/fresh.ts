import type { Artifact } from '../subject.ts';
import type { Finding, Verdict } from '../verdict.ts';
import { pass } from '../verdict.ts';
import { nonEmpty, shortDigest, shortSha } from './say.ts';

export type FreshEvidence = {
  /** What was recorded when the artifact was built. */
  artifact: Artifact;
  /** What the registry says now, asked by that digest; absent: it is not there. */
  found?: { digest: string; revision: string };
  /** M, and where the base branch points now. */
  candidate: string;
  baseTip: string;
  /** The digest the staging gate passed for; absent: it passed for none. */
  stagedDigest?: string;
};

/** `reports`: the kill switch is off; what is wrong is said and stops nothing. */
export type FreshPolicy = { mode: 'enforces' | 'reports' };

/** Passes when what would be promoted is what was built from the base tip and what staging accepted. Never waived. */
export function judgeFresh(evidence: FreshEvidence, { mode }: FreshPolicy): Verdict {
  const { artifact, candidate } = evidence;
  const findings = nonEmpty(findingsOf(evidence));
  if (!findings)
    return pass(
      `${shortDigest(artifact.digest)} was built from the base tip ${shortSha(candidate)} and passed staging`,
    );
  switch (mode) {
    case 'enforces':
      return { kind: 'fail', findings };
    case 'reports':
      return pass('image freshness is only reported: its switch is off', ...findings.map(({ text }) => text));
  }
}

function findingsOf({ artifact, found, candidate, baseTip, stagedDigest }: FreshEvidence): Finding[] {
  const recorded = shortDigest(artifact.digest);
  const wrong: string[] = [];
  if (!found) wrong.push(`the registry does not have ${artifact.image} at ${recorded}`);
  if (found && found.digest !== artifact.digest) {
    wrong.push(`the registry has ${shortDigest(found.digest)}, recorded is ${recorded}`);
  }
  if (found && found.revision !== candidate) {
    wrong.push(
      `${recorded} says it was built from ${shortSha(found.revision) || 'nothing'}, not from ${shortSha(candidate)}`,
    );
  }
  if (artifact.revision !== candidate) {
    wrong.push(`the record of ${recorded} names ${shortSha(artifact.revision)}, not ${shortSha(candidate)}`);
  }
  if (baseTip !== candidate) wrong.push(`the base tip is ${shortSha(baseTip)}, not ${shortSha(candidate)}`);
  if (stagedDigest !== artifact.digest) wrong.push(`staging has not passed ${recorded}`);
  return wrong.map((text) => ({ text, where: artifact.image }));
}
