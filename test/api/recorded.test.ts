import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NudgeTarget } from '../../domain/nudge.ts';
import type { TestApi } from './support.ts';
import { openApi, post, recorded } from './support.ts';

type Expected = { accepted: NudgeTarget } | { ignored: string } | { refused: number };

// prettier-ignore
/** `bot` is our account at Plane, `bot-merger` at Gitea. */
const PLANE: [name: string, what: string, expected: Expected][] = [
  ['029-issue-updated-ui-state', 'a person moves a card', { accepted: { kind: 'task', key: 'SHOP-1', project: 'SHOP', source: 'tracker' } }],
  ['035-issue-created-ui-created', 'a person adds a card', { accepted: { kind: 'task', key: 'SHOP-9', project: 'SHOP', source: 'tracker' } }],
  ['003-issue-updated-state-by-rest', 'we move a card', { ignored: 'Conveyor did this itself' }],
  ['072-issue_comment-created-ui-comment-non-ascii', 'a person comments', { ignored: 'no task waits for anything but work items' }],
  ['056-cycle-created-cycle-created', 'a cycle is made', { ignored: 'no task waits for anything but work items' }],
  ['055-project-deleted-project-deleted', 'a project is deleted', { ignored: 'no task waits for anything but work items' }],
];

const HEAD = '57baa9fee5c36e0b74d494c90b484f3b7cfd2b33';
const NEXT = '2ad9e6e31b2ec94ae477d432fa85bbaed92aa418';
const commit = (sha: string, otherwise: 'repository' | 'nobody'): Expected => ({
  accepted: { kind: 'commit', sha, repo: 'shop', otherwise },
});

// prettier-ignore
const GITEA: [name: string, what: string, expected: Expected][] = [
  ['425-status-success', 'a check has a result, with a commit only', commit(HEAD, 'repository')],
  ['422-push-branch', 'a branch that is no task\'s is pushed', commit(HEAD, 'nobody')],
  ['428-pull_request_sync-synchronized', 'its pull request has a new head', commit(NEXT, 'nobody')],
  ['429-pull_request_approved--pull_request_review_approved-reviewed', 'a person approves', commit(NEXT, 'nobody')],
  ['416-pull_request-closed-unmerged', 'a branch is deleted under its pull request', commit('01374a41c9a8f50ce4c8c1b60ab6e27dd3393712', 'nobody')],
  ['431-push-branch', 'we move the base', { ignored: 'Conveyor did this itself' }],
  ['432-delete-branch', 'we delete a branch', { ignored: 'Conveyor did this itself' }],
  ['128-issue_comment--pull_request_comment-created', 'a person comments', { ignored: 'no task waits for events of this type' }],
  ['028-push-tag', 'a tag is deleted', { ignored: 'no task waits for tags' }],
  ['369-hook-form-post', 'a form', { refused: 415 }],
  ['368-hook-nosecret-post', 'a webhook without a secret', { refused: 401 }],
];

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

describe.each([
  ['plane' as const, PLANE],
  ['gitea' as const, GITEA],
])('deliveries recorded from %s', (sender, table) => {
  it.each(table)('%s: %s', async (name, _what, expected) => {
    const { body, headers } = recorded(sender, name);
    const before = api.nudged.length;
    const answer = await post(api, sender, body, headers);
    const seen = api.nudged.slice(before);
    if ('accepted' in expected) {
      expect(seen).toEqual([expected.accepted]);
      expect(answer).toMatchObject({ status: 202, body: { workflowIds: ['task/SHOP-1'] } });
    } else {
      expect(seen).toEqual([]);
      if ('refused' in expected) expect(answer.status).toBe(expected.refused);
      else expect(answer).toMatchObject({ status: 200, body: { ignored: expected.ignored } });
    }
  });

  it('are all in the table', () => {
    const folder = join(import.meta.dirname, '../fixtures/recorded', sender, 'webhooks');
    const names = readdirSync(folder).flatMap((name) => (name.endsWith('.body') ? [name.slice(0, -5)] : []));
    expect(table.map(([name]) => name).toSorted()).toEqual(names.toSorted());
  });
});

it('nothing of a body or a secret is in the log', () => {
  const lines = JSON.stringify(api.logged);
  expect(lines).toContain('"outcome":"accepted"');
  expect(lines).not.toMatch(/plane_wh_|gitea-webhook-secret|Add login|http:|@/);
});
