import { sayReport } from '../domain/say-report.ts';
import type { Report } from '../domain/run.ts';
import type { TaskSpec } from '../domain/state.ts';
import type { Subjects } from '../domain/subject.ts';
import type { Inspection, Ports } from './ports.ts';
import { requireBase } from './release/require.ts';

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
  /** Documents the role owes; what it does to others undoes their approval. */
  owed: string[];
};

export type PushAnswer =
  | {
      kind: 'pushed';
      subjects: Subjects;
      tree: string;
      pullRequest: number;
      /** Once, when it is opened. */
      pullRequestUrl?: string;
      documents?: 'only-its-own';
    }
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
  // Read once: a commit, unlike a branch, is inspected without asking the remote each time.
  const base = await requireBase(ports.forge, spec);
  if (pushed === 'moved') {
    const tip = await ports.forge.tip(spec.repo, branch);
    return { kind: 'moved', ...left(await inspectAt(ports, spec, tip ?? head, base)) };
  }
  const after = await inspectAt(ports, spec, head, base);
  const opened =
    input.pullRequest === undefined ? await openPullRequest(ports, input) : { pullRequest: input.pullRequest };
  const before = expected === null ? undefined : await inspectAt(ports, spec, expected, base);
  const documents = before && onlyOwn(input.owed, before, after) ? { documents: 'only-its-own' as const } : {};
  return { kind: 'pushed', ...left(after), ...opened, ...documents };
}

function inspectAt(ports: PublishPorts, { repo, key }: TaskSpec, sha: string, base: string): Promise<Inspection> {
  return ports.workspaces.inspect({ repo, key, sha, base });
}

/** Whether all documents but those the role owes read the same before and after the run. */
function onlyOwn(owed: readonly string[], before: Inspection, after: Inspection): boolean {
  const paths = Object.keys({ ...before.documents, ...after.documents }).filter((path) => !owed.includes(path));
  return paths.every((path) => {
    const content = before.documents[path];
    // A document that was cut while it was read may have changed behind the cut.
    return content !== undefined && content === after.documents[path] && content.length < WHOLE_DOCUMENT;
  });
}

function left({ commit, documents, documentsHash }: Inspection): { subjects: Subjects; tree: string } {
  const written = Object.keys(documents).length === 0 ? {} : { documents: documentsHash };
  return { subjects: { head: commit.sha, ...written }, tree: commit.tree };
}

async function openPullRequest(
  ports: PublishPorts,
  { spec, branch, summary }: PushInput,
): Promise<{ pullRequest: number; pullRequestUrl: string }> {
  const opened = await ports.forge.openPullRequest(spec.repo, {
    branch,
    base: spec.base,
    title: `${spec.key} ${spec.title}`,
    body: summary,
    marker: `${spec.key}#${spec.run}/${branch}`,
  });
  return { pullRequest: opened.number, pullRequestUrl: opened.url };
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
