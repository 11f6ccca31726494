import { describe, expect, it } from 'vitest';
import { aimNudge } from '../../../domain/nudge.ts';
import { readGitea } from '../../../domain/webhooks/gitea.ts';

const SHA = '57baa9fee5c36e0b74d494c90b484f3b7cfd2b33';
const GONE = '0'.repeat(40);
const BRANCH = 'task/SHOP-9-add-nine';

const names = {
  repoOf: (fullName: string) => (fullName === 'acme/shop' ? { repo: 'shop', bases: ['main', 'stable'] } : undefined),
  isOurs: (login: string) => login === 'bot',
};
const place = { repository: { full_name: 'acme/shop' }, sender: { login: 'ada' } };
const BOT = { sender: { login: 'bot' } };
const pull = (ref: string, label: string = ref): Record<string, unknown> => ({
  ...place,
  action: 'opened',
  pull_request: { head: { ref, label, sha: SHA }, html_url: 'http://169.254.169.254/' },
});
const push = (ref: string, after = SHA): Record<string, unknown> => ({ ...place, ref, after });

const TASK = { kind: 'task', key: 'SHOP-9', project: 'SHOP', source: 'forge' };
const HEAD = { kind: 'commit', sha: SHA, repo: 'shop', otherwise: 'nobody' };
const ALL = { kind: 'repository', repo: 'shop' };

/** Whom the delivery nudges, or which kind of answer it is. */
function aim(type: string, body: unknown): unknown {
  const heard = readGitea(type, body, names);
  if (heard.kind !== 'hint') return heard.kind;
  const target = aimNudge(heard.hint);
  return target.kind === 'ignored' ? 'ignored' : target;
}

describe('an event of Gitea', () => {
  it.each<[string, string, unknown, unknown]>([
    ['a push to a task', 'push', push(`refs/heads/${BRANCH}`), TASK],
    ['a push to another branch', 'push', push('refs/heads/feat/x'), HEAD],
    ['a push to a base', 'push', push('refs/heads/main'), ALL],
    ['a push to another base', 'push', push('refs/heads/stable'), ALL],
    ['a push of a tag', 'push', push('refs/tags/v1'), 'ignored'],
    ['a push that deletes', 'push', push('refs/heads/feat/x', GONE), 'ignored'],
    ['our push', 'push', { ...push(`refs/heads/${BRANCH}`), ...BOT }, 'ignored'],
    ['a new branch of a task', 'create', { ...place, ref: BRANCH, ref_type: 'branch', sha: SHA }, TASK],
    ['a new tag', 'create', { ...place, ref: BRANCH, ref_type: 'tag', sha: SHA }, 'ignored'],
    ["a task's branch deleted", 'delete', { ...place, ref: BRANCH, ref_type: 'branch' }, TASK],
    ['we delete it', 'delete', { ...place, ...BOT, ref: BRANCH, ref_type: 'branch' }, 'ignored'],
    ['a pull request of a task', 'pull_request', pull(BRANCH), TASK],
    ['its new head', 'pull_request_sync', pull(BRANCH), TASK],
    ['its branch deleted', 'pull_request', pull('refs/pull/36/head', BRANCH), TASK],
    ['its branch deleted, and no label', 'pull_request', pull('refs/pull/36/head', 'refs/pull/36/head'), HEAD],
    ['our pull request', 'pull_request', { ...pull(BRANCH), ...BOT }, 'ignored'],
    ['an approval', 'pull_request_review_approved', pull(BRANCH), TASK],
    ['a rejection', 'pull_request_review_rejected', pull(BRANCH), TASK],
    ['our review', 'pull_request_review_rejected', { ...pull(BRANCH), ...BOT }, 'ignored'],
    ['a status', 'status', { ...place, sha: SHA }, { ...HEAD, otherwise: 'repository' }],
    ['our status', 'status', { ...place, ...BOT, sha: SHA }, { ...HEAD, otherwise: 'repository' }],
    ['a status by nobody', 'status', { ...place, sender: null, sha: SHA }, { ...HEAD, otherwise: 'repository' }],
    ['a repository of others', 'push', { ...push('refs/heads/x'), repository: { full_name: 'acme/lab' } }, 'unknown'],
  ])('%s', (_what, type, body, expected) => {
    expect(aim(type, body)).toEqual(expected);
  });

  it.each([
    'pull_request_assign',
    'pull_request_label',
    'pull_request_milestone',
    'pull_request_review_request',
    'pull_request_review_comment',
    'pull_request_comment',
    'issue_comment',
    'issues',
    'issue_label',
    'repository',
    'release',
    'workflow_run',
    'workflow_job',
  ])('of type %s wakes nobody, whatever it holds', (type) => {
    expect(aim(type, 7)).toBe('ignored');
  });

  it.each(['', 'pull_request_approved', 'pushed', '__proto__', 'toString'])('of type "%s" is not known', (type) => {
    expect(aim(type, push(`refs/heads/${BRANCH}`))).toBe('unknown-event');
  });

  it.each<[string, unknown]>([
    ['push', null],
    ['push', { ...place, ref: 7, after: SHA }],
    ['push', push(`refs/heads/${BRANCH}`, SHA.toUpperCase())],
    ['push', push(`refs/heads/${BRANCH}`, `${SHA}' OR 1=1`)],
    ['push', push(`refs/heads/${'x'.repeat(600)}`)],
    ['create', { ...place, ref: '', ref_type: 'branch' }],
    ['pull_request', { ...place, pull_request: { head: { ref: BRANCH, sha: null } } }],
    ['status', { ...place, sha: [SHA] }],
    ['status', { repository: 'acme/shop', sha: SHA }],
    ['status', { ...place, sender: 'ada', sha: SHA }],
  ])('of type %s is bad: %j', (type, body) => {
    expect(aim(type, body)).toBe('bad');
  });
});
