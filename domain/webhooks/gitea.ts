import { GiteaPlace, GiteaPullRequest, GiteaPush, GiteaRef, GiteaStatus } from './gitea-schema.ts';
import type { Heard, RepoPlace } from './heard.ts';
import { forgeHint, OUR_OWN } from './heard.ts';

export type GiteaNames = {
  /** Our repository for Gitea's `owner/name`; undefined when it is nobody's. */
  repoOf: (fullName: string) => RepoPlace | undefined;
  isOurs: (login: string) => boolean;
};

type Topic = 'push' | 'ref' | 'pull-request' | 'status' | 'nobody';

/** Comments decide nothing, no gate reads labels, and Gitea's own runs tell by a status too. */
// prettier-ignore
const NOBODY = [
  'pull_request_assign', 'pull_request_label', 'pull_request_milestone', 'pull_request_comment',
  'pull_request_review_request', 'pull_request_review_comment', 'issues', 'issue_assign', 'issue_label',
  'issue_milestone', 'issue_comment', 'fork', 'wiki', 'repository', 'release', 'package', 'workflow_run', 'workflow_job',
];

/** By `X-Gitea-Event-Type`: `X-Gitea-Event` calls a review's comment and a comment on a pull request the same. */
const TOPICS: ReadonlyMap<string, Topic> = new Map<string, Topic>([
  ['push', 'push'],
  ['create', 'ref'],
  ['delete', 'ref'],
  ['pull_request', 'pull-request'],
  ['pull_request_sync', 'pull-request'],
  ['pull_request_review_approved', 'pull-request'],
  ['pull_request_review_rejected', 'pull-request'],
  ['status', 'status'],
  ...NOBODY.map((name): [string, Topic] => [name, 'nobody']),
]);

/** A parsed delivery of Gitea; `eventType` is its header `X-Gitea-Event-Type`. */
export function readGitea(eventType: string, body: unknown, names: GiteaNames): Heard {
  const topic = TOPICS.get(eventType);
  if (topic === undefined) return { kind: 'unknown-event', why: 'Conveyor knows no such event of Gitea' };
  if (topic === 'nobody') return { kind: 'ignored', why: 'no task waits for events of this type' };
  const place = GiteaPlace.safeParse(body);
  if (!place.success) return BAD;
  const repo = names.repoOf(place.data.repository.full_name);
  if (repo === undefined) return { kind: 'unknown', why: 'no project is configured with this giteaRepo' };
  const heard = READERS[topic](body, repo);
  // A status is news whoever wrote it: checks may report under an account of ours.
  const ours = topic !== 'status' && names.isOurs(place.data.sender?.login ?? '');
  return ours && heard.kind === 'hint' ? OUR_OWN : heard;
}

const BAD: Heard = {
  kind: 'bad',
  why: 'This is no event of Gitea: a field that is read is missing or has a wrong type.',
};
const NO_BRANCH: Heard = { kind: 'ignored', why: 'no task waits for tags' };

const READERS: Record<Exclude<Topic, 'nobody'>, (body: unknown, repo: RepoPlace) => Heard> = {
  push(body, repo) {
    const read = GiteaPush.safeParse(body);
    if (!read.success) return BAD;
    const branch = /^refs\/heads\/(.+)$/.exec(read.data.ref)?.[1];
    return branch === undefined ? NO_BRANCH : forgeHint(repo, { branch, sha: read.data.after });
  },
  ref(body, repo) {
    const read = GiteaRef.safeParse(body);
    if (!read.success) return BAD;
    const { ref: branch, ref_type: type, sha } = read.data;
    return type === 'branch' ? forgeHint(repo, { branch, sha: sha ?? undefined }) : NO_BRANCH;
  },
  'pull-request'(body, repo) {
    const read = GiteaPullRequest.safeParse(body);
    if (!read.success) return BAD;
    const { ref, label, sha } = read.data.pull_request.head;
    // Once its branch is deleted, a pull request's ref is `refs/pull/<n>/head`; the label still has the name.
    return forgeHint(repo, { branch: ref.startsWith('refs/pull/') ? (label ?? undefined) : ref, sha });
  },
  status(body, repo) {
    const read = GiteaStatus.safeParse(body);
    return read.success ? forgeHint(repo, { sha: read.data.sha }) : BAD;
  },
};
