import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGit } from '../../adapters/git/git.ts';
import { createWorkspaces } from '../../adapters/git/workspaces.ts';
import { createRules, readHeads, readOwed } from '../../adapters/local/checks/owed.ts';
import { createLocalForge } from '../../adapters/local/forge/forge.ts';
import { createForgePeople } from '../../adapters/local/forge/people.ts';
import { existing } from '../../adapters/local/forge/repository.ts';
import { PROTECTED_PATHS } from '../../adapters/config/resolve-project.ts';
import { matchesPath } from '../../domain/glob.ts';
import { ROLE, writeFiles } from '../adapters/git/scene.ts';

const BRANCH = 'task/DEMO-1-hello';
const CHECKS = 'contexts:\n  - { name: test, command: [npm, test] }\nreviewers: [ann]\n';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-commands-'));
});
afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));

it('what must be green, and by which command, is what the base branch says, whatever the task branch changed', async () => {
  const options = { root: join(root, 'forge'), reviewer: 'reviewer', now: () => 1, announce: () => undefined };
  const from = join(root, 'files');
  await writeFiles(from, { '.conveyor/checks.yaml': CHECKS, 'a.txt': 'a\n' });
  const { head } = await createForgePeople(options).createRepository({ repo: 'demo', from, base: 'main' });
  const remoteUrl = (): string => join(options.root, 'demo.git');
  const workspaces = createWorkspaces({ root: join(root, 'work'), remoteUrl });
  const of = { repo: 'demo', attempt: 'DEMO-1#1/development/1/work' };
  const workspace = await workspaces.open({ ...of, start: head, branch: BRANCH });
  await writeFiles(workspace.path, {
    '.conveyor/checks.yaml': 'contexts:\n  - { name: other, command: [touch, sprung] }\n',
    '.conveyor/staging-checks.yaml': 'checks:\n  - { id: x, kind: command, command: [touch, sprung] }\n',
  });
  const { commit } = await workspaces.seal(workspace, { ...of, message: 'Weaken', identity: ROLE });
  await workspaces.push({ repo: 'demo', branch: BRANCH, sha: commit.sha, expected: null });
  const forge = createLocalForge(options);
  await forge.openPullRequest('demo', { branch: BRANCH, base: 'main', title: 'T', body: '', marker: 'm' });

  const [of1] = await readHeads(await existing(createGit(), options.root, 'demo'));
  if (of1 === undefined) throw new Error('there is no open pull request');
  expect(of1.sha).toBe(commit.sha);
  const owed = await readOwed(of1, createRules());
  expect(owed.map(({ check }) => [check.name, check.command])).toEqual([['test', ['npm', 'test']]]);
  expect(await forge.protection('demo', 'main')).toEqual({ contexts: ['test'], reviewers: ['ann'] });
  // And the change of the rules themselves does not go on without a person.
  const { changedPaths } = await workspaces.inspect({ repo: 'demo', key: 'DEMO-1', sha: commit.sha, base: 'main' });
  expect(changedPaths).toHaveLength(2);
  expect(changedPaths.filter(isProtected)).toEqual(changedPaths);
});

function isProtected(path: string): boolean {
  return PROTECTED_PATHS.some((glob) => matchesPath(glob, path));
}

/** Each of them has run code, or told an agent what to do, when a tool entered a repository. */
it.each([
  '.conveyor/checks.yaml',
  '.github/workflows/ci.yml',
  '.gitea/workflows/ci.yml',
  '.githooks/post-checkout',
  '.husky/pre-commit',
  '.gitmodules',
  'AGENTS.md',
  'packages/a/AGENTS.md',
  'CLAUDE.md',
  'src/CLAUDE.md',
  '.claude/settings.json',
  'src/.claude/hooks/x.sh',
  '.codex/config.toml',
  '.opencode/plugin/x.ts',
  'opencode.json',
  '.mcp.json',
  'conveyor.yaml',
])('%s is changed by a person only, unless the configuration says otherwise', (path) => {
  expect(isProtected(path)).toBe(true);
});
