import { matchesName } from '../glob.ts';
import type { Finding, Verdict } from '../verdict.ts';
import { pass, pending } from '../verdict.ts';
import { listed, nonEmpty, shortSha } from './say.ts';

/** A check's report on one commit, as the forge keeps it. */
export type CheckStatus = {
  context: string;
  state: 'success' | 'failure' | 'pending' | 'skipped';
  description: string;
  at: number;
};

export type CiEvidence = {
  /** The commit all the statuses were read for. */
  sha: string;
  statuses: readonly CheckStatus[];
};

/**
 * `required`: the contexts of configuration and of the forge's protection of the base branch together; `*` stands for
 * any text. Empty: everything that reported is required.
 */
export type CiPolicy = { required: readonly string[] };

/**
 * Passes when the newest status of every required context is a success on exactly this commit.
 * A context that is missing, skipped or in a state we do not know keeps it pending: only a success is green.
 */
export function judgeCi({ sha, statuses }: CiEvidence, { required }: CiPolicy): Verdict {
  const at = `on ${shortSha(sha)}`;
  if (statuses.length === 0)
    return pending(`${required.length > 0 ? listed(required) : 'checks'} ${at} (no checks yet)`);
  const latest = latestByContext(statuses);
  const wanted = required.length > 0 ? required : latest.map((status) => status.context);
  const answers = wanted.map((pattern) => answerFor(pattern, latest));
  const red = new Set(answers.flatMap(({ failed }) => failed));
  const findings = nonEmpty([...red].map((status) => asFinding(status, sha)));
  if (findings) return { kind: 'fail', findings };
  const open = new Set(answers.flatMap(({ waiting }) => waiting));
  if (open.size > 0) return pending(`${listed([...open])} ${at}`);
  return pass(`${listed([...new Set(wanted)])} green ${at}`);
}

type Answer = { failed: CheckStatus[]; waiting: string[] };

function answerFor(pattern: string, latest: readonly CheckStatus[]): Answer {
  const matching = latest.filter(({ context }) => context === pattern || matchesName(pattern, context));
  if (matching.length === 0) return { failed: [], waiting: [`${pattern} (not reported)`] };
  const failed = matching.filter(({ state }) => state === 'failure');
  const waiting = matching.filter(({ state }) => state !== 'success' && state !== 'failure').map(sayOpen);
  return { failed, waiting };
}

function sayOpen({ context, state }: CheckStatus): string {
  return state === 'pending' ? context : `${context} (${state})`;
}

/** Newest wins; of two written at the same moment, the one that is not a success. */
function latestByContext(statuses: readonly CheckStatus[]): CheckStatus[] {
  const latest = new Map<string, CheckStatus>();
  for (const status of statuses) {
    const known = latest.get(status.context);
    const newer = !known || status.at > known.at || (status.at === known.at && known.state === 'success');
    if (newer) latest.set(status.context, status);
  }
  return [...latest.values()];
}

function asFinding({ context, description }: CheckStatus, sha: string): Finding {
  return { text: description.trim() || `${context} failed on ${shortSha(sha)}`, where: context };
}
