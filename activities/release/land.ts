import { sayVerdict } from '../../domain/describe.ts';
import { asks, never, pass, stale } from '../../domain/verdict.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { JudgeInput } from '../gates/input.ts';
import type { Ports } from '../ports.ts';
import type { ActionAnswer, ActionInput } from './input.ts';
import { requireBase, requireSubject } from './require.ts';

export type Judge = (input: JudgeInput) => Promise<{ verdict: Verdict }>;

/** Fast-forwards the base to the candidate that staging accepted, or changes nothing. */
export async function land(
  ports: Pick<Ports, 'forge' | 'environments'>,
  judge: Judge,
  input: ActionInput,
): Promise<ActionAnswer> {
  const { spec, branch, subjects } = input;
  const made = requireSubject(subjects.candidate, 'candidate', 'land');
  const number = requireSubject(input.pullRequest, 'pull request', 'land');
  // "Is it merged?" comes before everything else: a try that died after landing must not find a moved base.
  const merged = (await ports.forge.pullRequest(spec.repo, number))?.state === 'merged';
  if (!merged && (await requireBase(ports.forge, spec)) !== made.sha) {
    const refused = await readAgain(judge, input.rejudge);
    if (refused) return { verdict: refused };
  }
  const running = await ports.environments.running(spec.project, ports.environments.name(spec.project, 'production'));
  const previous = running ? { previous: { digest: running.digest, revision: running.revision } } : {};
  const landed = await ports.forge.land(spec.repo, { number, branch, base: spec.base, from: made.base, sha: made.sha });
  switch (landed.kind) {
    case 'landed':
      return {
        verdict: pass(`${spec.base} is at ${made.sha.slice(0, 7)}, the commit staging accepted`),
        facts: { landed: { candidate: made.sha, base: made.base, ...previous } },
      };
    case 'moved':
      return { verdict: stale(`${spec.base} moved to ${landed.base.slice(0, 7)} before landing`, {}) };
    case 'head-moved':
      return { verdict: stale(`somebody pushed ${landed.head.slice(0, 7)} to ${branch}`, { head: landed.head }) };
    case 'closed':
      return { verdict: asks(`pull request ${number} was closed by hand`) };
    default:
      return never(landed);
  }
}

/** The first verdict that no longer lets the action through; undefined when all still do. */
export async function readAgain(judge: Judge, rests: readonly JudgeInput[]): Promise<Verdict | undefined> {
  for (const input of rests) {
    const { verdict } = await judge(input);
    if (verdict.kind === 'pass' || verdict.kind === 'waived') continue;
    return verdict.kind === 'stale' || verdict.kind === 'asks' ? verdict : stale(sayBroken(input.gate, verdict), {});
  }
  return undefined;
}

/** A fail or a wait belongs to the gate: it is read and counted there, when the row is walked again. */
function sayBroken(gate: string, verdict: Verdict): string {
  return `${gate} no longer holds: ${sayVerdict(verdict)}`;
}
