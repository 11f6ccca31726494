import { expectedTip } from '../../domain/subject.ts';
import { asks, fail, pass, stale } from '../../domain/verdict.ts';
import type { Ports } from '../ports.ts';
import { requireBase, requireSubject } from './require.ts';
import type { ActionAnswer, ActionInput } from './input.ts';

/** Merges the base tip into the task's head and points the branch there; the same commit each time. */
export async function sync(ports: Pick<Ports, 'forge' | 'workspaces'>, input: ActionInput): Promise<ActionAnswer> {
  const { spec, branch, subjects } = input;
  const head = requireSubject(subjects.head, 'head', 'sync');
  const base = await requireBase(ports.forge, spec);
  const expected = expectedTip(subjects) ?? head;
  const result = await ports.workspaces.sync({ repo: spec.repo, key: spec.key, head, base });
  if (result.kind === 'conflict') {
    const [first = 'an unnamed file', ...rest] = result.files;
    const text = `merging ${spec.base} conflicts in ${[first, ...rest].slice(0, 5).join(', ')}`;
    return { verdict: fail({ text, where: first }) };
  }
  const { candidate } = result;
  const pushed = await ports.workspaces.push({ repo: spec.repo, branch, sha: candidate.sha, expected });
  if (pushed === 'moved') {
    const tip = await ports.forge.tip(spec.repo, branch);
    if (tip === undefined) return { verdict: asks(`the branch ${branch} was deleted`) };
    return { verdict: stale(`somebody pushed ${tip.slice(0, 7)} to ${branch}`, { head: tip }) };
  }
  return {
    verdict: pass(`${candidate.sha.slice(0, 7)} is ${head.slice(0, 7)} with ${spec.base} at ${base.slice(0, 7)}`),
    facts: { subjects: { candidate } },
  };
}
