import { sayReport } from '../domain/say-report.ts';
import type { Report } from '../domain/run.ts';
import type { TaskSpec } from '../domain/state.ts';
import type { Subjects } from '../domain/subject.ts';
import type { Ports } from './ports.ts';

export type PushInput = {
  spec: TaskSpec;
  attempt: string;
  branch: string;
  /** What the run left. */
  head: string;
  tree: string;
  /** Where the branch must be now; null: it must not exist yet. */
  expected: string | null;
  pullRequest?: number;
  summary: string;
};

export type PushAnswer =
  | { kind: 'pushed'; subjects: Subjects; tree: string; pullRequest: number; documents?: 'extended' }
  /** A person pushed meanwhile; our commits stay on their side ref. */
  | { kind: 'moved'; subjects: Subjects; tree: string };

export type JudgementInput = {
  spec: TaskSpec;
  attempt: string;
  role: string;
  report: Report;
  pullRequest: number;
};

/** Characters up to which an inspected document is surely whole. */
const WHOLE_DOCUMENT = 60_000;

type PublishPorts = Pick<Ports, 'forge' | 'workspaces' | 'tracker'>;

export type PublishActivities = {
  pushWork(input: PushInput): Promise<PushAnswer>;
  publishReview(input: JudgementInput): Promise<void>;
};

export function createPublishActivities(ports: PublishPorts): PublishActivities {
  return {
    pushWork: (input) => pushWork(ports, input),
    publishReview: (input) => publishReview(ports, input),
  };
}

/** Moves exactly one ref from the SHA the workflow knows, and opens the task's pull request once. */
async function pushWork(ports: PublishPorts, input: PushInput): Promise<PushAnswer> {
  const { spec, branch, head, expected } = input;
  const pushed = await ports.workspaces.push({ repo: spec.repo, branch, sha: head, expected });
  if (pushed === 'moved') {
    const tip = await ports.forge.tip(spec.repo, branch);
    const there = await subjectsAt(ports, spec, tip ?? head);
    return { kind: 'moved', ...there };
  }
  const here = await subjectsAt(ports, spec, head);
  const pullRequest = input.pullRequest ?? (await openPullRequest(ports, input));
  const documents = (await onlyAdds(ports, input)) ? { documents: 'extended' as const } : {};
  return { kind: 'pushed', ...here, pullRequest, ...documents };
}

/** Whether every document that was there before the run still reads the same after it. */
async function onlyAdds(ports: PublishPorts, { spec, head, expected }: PushInput): Promise<boolean> {
  if (expected === null) return false;
  const documentsAt = async (sha: string): Promise<Record<string, string>> =>
    (await ports.workspaces.inspect({ repo: spec.repo, key: spec.key, sha, base: spec.base })).documents;
  const [old, now] = [await documentsAt(expected), await documentsAt(head)];
  // A document that was cut while it was read may have changed behind the cut.
  return Object.entries(old).every(([path, content]) => now[path] === content && content.length < WHOLE_DOCUMENT);
}

async function subjectsAt(
  ports: PublishPorts,
  spec: TaskSpec,
  sha: string,
): Promise<{ subjects: Subjects; tree: string }> {
  const seen = await ports.workspaces.inspect({ repo: spec.repo, key: spec.key, sha, base: spec.base });
  const documents = Object.keys(seen.documents).length === 0 ? {} : { documents: seen.documentsHash };
  return { subjects: { head: sha, ...documents }, tree: seen.commit.tree };
}

async function openPullRequest(ports: PublishPorts, { spec, branch, summary }: PushInput): Promise<number> {
  const opened = await ports.forge.openPullRequest(spec.repo, {
    branch,
    base: spec.base,
    title: `${spec.key} ${spec.title}`,
    body: summary,
    marker: `${spec.key}#${spec.run}/${branch}`,
  });
  return opened.number;
}

/** Only a verdict for this head is worth publishing; the gate reads it back from the forge. */
async function publishReview(
  ports: PublishPorts,
  { spec, attempt, report, pullRequest }: JudgementInput,
): Promise<void> {
  await ports.forge.publishReview(spec.repo, pullRequest, {
    head: report.head,
    verdict: report.verdict === 'pass' ? 'approve' : 'request-changes',
    body: sayReport(report),
    findings: report.findings,
    marker: attempt,
  });
}
