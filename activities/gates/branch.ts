import { shortSha } from '../../domain/gates/say.ts';
import { expectedTip } from '../../domain/subject.ts';
import { asks, stale } from '../../domain/verdict.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Ports } from '../ports.ts';
import type { JudgeInput } from './input.ts';
import { baseTip } from './look.ts';

/**
 * What people did to the branch or its pull request since the task last looked; undefined when all is as expected.
 * Read before any evidence, because a verdict about an overtaken commit concludes nothing.
 */
export async function lookAtBranch(ports: Ports, input: JudgeInput): Promise<Verdict | undefined> {
  return (await lookAtTip(ports, input)) ?? (await lookAtPullRequest(ports, input));
}

async function lookAtTip(ports: Ports, input: JudgeInput): Promise<Verdict | undefined> {
  const { spec, branch, subjects } = input;
  const expected = expectedTip(subjects);
  if (expected === undefined) return undefined;
  const tip = await ports.forge.tip(spec.repo, branch);
  if (tip === undefined) return asks(`the branch ${branch} is gone from ${spec.repo}: restore it, or abort the task`);
  if (tip === expected) return undefined;
  const base = await baseTip(ports, input);
  const { documentsHash } = await ports.workspaces.inspect({ repo: spec.repo, key: spec.key, sha: tip, base });
  const why = `somebody pushed ${shortSha(tip)} to ${branch}, where ${shortSha(expected)} was`;
  return stale(why, { head: tip, documents: documentsHash });
}

async function lookAtPullRequest(
  ports: Ports,
  { spec, pullRequest: number }: JudgeInput,
): Promise<Verdict | undefined> {
  if (number === undefined) return undefined;
  const pullRequest = await ports.forge.pullRequest(spec.repo, number);
  if (!pullRequest) return asks(`pull request #${number} is gone from ${spec.repo}`);
  switch (pullRequest.state) {
    case 'open':
      return undefined;
    case 'closed':
      return asks(`pull request #${number} was closed by hand: reopen it, or abort the task`);
    case 'merged':
      return asks(`pull request #${number} was merged by hand, before staging accepted it`);
  }
}
