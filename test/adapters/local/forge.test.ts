import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import type { Forge, PullRequest } from '../../../activities/ports.ts';
import { createLocalForge } from '../../../adapters/local/forge/forge.ts';
import type { ForgePeople } from '../../../adapters/local/forge/people.ts';
import { createForgePeople } from '../../../adapters/local/forge/people.ts';
import type { LocalEvent } from '../../../adapters/local/webhook/event.ts';
import { gitIn, writeFiles } from '../git/scene.ts';

type Scene = {
  root: string;
  forge: Forge;
  people: ForgePeople;
  events: LocalEvent[];
  /** git in the bare repository. */
  git: (...args: string[]) => Promise<string>;
  first: string;
  /** Commits on top of `from` and pushes that to the branch, as a person does. */
  push: (branch: string, from: string, files: Record<string, string>) => Promise<string>;
};

async function createScene(files: Record<string, string> = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-forge-'));
  onTestFinished(async () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const [root, from, clone] = [join(folder, 'forge'), join(folder, 'from'), join(folder, 'clone')];
  await writeFiles(from, { 'README.md': 'hello\n', ...files });
  const events: LocalEvent[] = [];
  const options = { root, now: () => 1_700_000_000_000, announce: (event: LocalEvent) => void events.push(event) };
  const people = createForgePeople(options);
  const { path, head } = await people.createRepository({ repo: 'demo', from, base: 'main' });
  await execa('git', ['clone', '-q', path, clone]);
  const person = gitIn(clone);

  async function push(branch: string, start: string, files: Record<string, string>): Promise<string> {
    await person('fetch', '-q');
    await person('checkout', '-q', '-B', branch, start);
    await writeFiles(clone, files);
    await person('add', '-A');
    await person('commit', '-q', '--allow-empty', '-m', 'A change');
    await person('push', '-q', '-f', 'origin', `HEAD:refs/heads/${branch}`);
    return person('rev-parse', 'HEAD');
  }

  const forge = createLocalForge({ ...options, reviewer: 'conveyor' });
  return { root, forge, people, events, git: gitIn(path), first: head, push };
}

async function open(scene: Scene, branch: string, marker = `marker of ${branch}`): Promise<PullRequest> {
  return scene.forge.openPullRequest('demo', { branch, base: 'main', title: 'T', body: 'B', marker });
}

test('a repository starts with the folder as its first commit, once', async () => {
  const scene = await createScene({ '.gitignore': 'out\n', 'out/x': 'ignored', 'run.sh': '#!/bin/sh\n' });
  expect(await scene.git('ls-tree', '-r', '--name-only', 'main')).toBe('.gitignore\nREADME.md\nrun.sh');
  expect(await scene.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  expect(await scene.forge.tip('demo', 'main')).toBe(scene.first);
  expect(await scene.forge.tip('demo', 'nowhere')).toBeUndefined();
  const moved = await scene.push('main', scene.first, { 'more.txt': 'x' });
  const from = join(scene.root, '../from');
  expect((await scene.people.createRepository({ repo: 'demo', from, base: 'main' })).head).toBe(moved);
});

test.each(['..', '../x', 'a/b', '-x', '', 'a.git', '.hidden'])('a repository named %j is refused', async (repo) => {
  const scene = await createScene();
  await expect(scene.forge.tip(repo, 'main')).rejects.toMatchObject({ type: 'LocalForge.BadName', trouble: 'config' });
});

test('a repository that is not there is named', async () => {
  const scene = await createScene();
  await expect(scene.forge.tip('other', 'main')).rejects.toMatchObject({ type: 'LocalForge.RepositoryMissing' });
});

test('a pull request is found by its marker before it is opened, also by ten at once', async () => {
  const scene = await createScene();
  const head = await scene.push('topic', scene.first, { 'a.txt': 'a' });
  const opened = await Promise.all(Array.from({ length: 10 }, () => open(scene, 'topic', 'DEMO-1#1/pr')));
  expect(opened[0]).toMatchObject({ number: 1, branch: 'topic', base: 'main', state: 'open', head, mergeable: 'yes' });
  expect(opened.every(({ number }) => number === 1)).toBe(true);
  expect(await readdir(join(scene.root, 'demo/pulls'))).toEqual(['1.json']);
  expect(scene.events.filter(({ event }) => event === 'pull-request')).toHaveLength(1);
  expect((await open(scene, 'topic', 'another')).number).toBe(2);
  expect(await scene.forge.pullRequest('demo', 3)).toBeUndefined();
});

test('a pull request needs its branches', async () => {
  const scene = await createScene();
  await expect(open(scene, 'nowhere')).rejects.toMatchObject({ type: 'LocalForge.BranchMissing' });
});

test('the head follows the branch, and a conflict with the base is seen', async () => {
  const scene = await createScene();
  await scene.push('topic', scene.first, { 'a.txt': 'a' });
  await open(scene, 'topic');
  const head = await scene.push('topic', 'topic', { 'README.md': 'mine\n' });
  expect(await scene.forge.pullRequest('demo', 1)).toMatchObject({ head, mergeable: 'yes' });
  await scene.push('main', scene.first, { 'README.md': 'theirs\n' });
  expect(await scene.forge.pullRequest('demo', 1)).toMatchObject({ state: 'open', mergeable: 'no' });
});

test('closed by hand, its branch deleted, or merged by hand: the next look sees it', async () => {
  const scene = await createScene();
  for (const branch of ['closed', 'deleted', 'merged']) {
    await scene.push(branch, scene.first, { [branch]: 'x' });
    await open(scene, branch);
  }
  await scene.people.closePullRequest('demo', 1);
  await scene.people.closePullRequest('demo', 1);
  await scene.git('branch', '-D', 'deleted');
  await scene.git('update-ref', 'refs/heads/main', 'refs/heads/merged');
  const states = await Promise.all([1, 2, 3].map((number) => scene.forge.pullRequest('demo', number)));
  expect(states.map((seen) => seen?.state)).toEqual(['closed', 'closed', 'merged']);
});

test('a pull request that adds nothing yet is open, not merged', async () => {
  const scene = await createScene();
  await scene.git('update-ref', 'refs/heads/topic', scene.first);
  expect(await open(scene, 'topic')).toMatchObject({ state: 'open', head: scene.first });
});

test('our review is published once a marker; a person’s is bound to the tip it saw', async () => {
  const scene = await createScene();
  const head = await scene.push('topic', scene.first, { 'a.txt': 'a' });
  await open(scene, 'topic');
  const findings = [{ text: 'Name it', where: 'a.txt' }, { text: 'Test it' }];
  const review = { head, verdict: 'request-changes' as const, body: 'No', findings, marker: 'DEMO-1#1/review/1' };
  await Promise.all([1, 2, 3].map(() => scene.forge.publishReview('demo', 1, review)));
  await scene.people.review('demo', 1, { reviewer: 'ann', verdict: 'approve' });
  await scene.push('topic', 'topic', { 'a.txt': 'b' });
  const at = 1_700_000_000_000;
  expect(await scene.forge.reviews('demo', 1)).toEqual([
    { reviewer: 'conveyor', verdict: 'request-changes', head, body: 'No', findings, state: 'official', at },
    { reviewer: 'ann', verdict: 'approve', head, body: '', findings: [], state: 'official', at },
  ]);
  expect(scene.events.filter(({ event }) => event === 'review')).toHaveLength(2);
  await expect(scene.forge.publishReview('demo', 9, review)).rejects.toMatchObject({
    type: 'LocalForge.NoPullRequest',
  });
});

test('of a context the newest status of exactly this commit counts', async () => {
  const scene = await createScene();
  await scene.people.setStatus('demo', scene.first, { context: 'unit', state: 'pending', description: '' });
  await scene.people.setStatus('demo', scene.first, { context: 'lint', state: 'success', description: 'ok' });
  await scene.people.setStatus('demo', scene.first, { context: 'unit', state: 'failure', description: 'no' });
  const statuses = await scene.forge.statuses('demo', scene.first);
  expect(statuses.map(({ context, state }) => `${context} ${state}`)).toEqual(['lint success', 'unit failure']);
  expect(await scene.forge.statuses('demo', 'b'.repeat(40))).toEqual([]);
  await expect(scene.forge.statuses('demo', '../pulls/1')).rejects.toMatchObject({ type: 'Git.BadName' });
});

test('protection is read from the base branch, not from the task’s', async () => {
  const rules = 'contexts:\n  - { name: unit, command: [node, --test] }\nreviewers: [ann]\n';
  const scene = await createScene({ '.conveyor/checks.yaml': rules });
  await scene.push('topic', scene.first, { '.conveyor/checks.yaml': 'contexts: []\n' });
  expect(await scene.forge.protection('demo', 'main')).toEqual({ contexts: ['unit'], reviewers: ['ann'] });
  expect(await scene.forge.protection('demo', 'topic')).toEqual({ contexts: [], reviewers: [] });
  await expect(scene.forge.protection('demo', 'gone')).rejects.toMatchObject({ type: 'LocalForge.BranchMissing' });
});

test('without a checks file nothing is demanded', async () => {
  const scene = await createScene();
  expect(await scene.forge.protection('demo', 'main')).toEqual({ contexts: [], reviewers: [] });
});

test.each([
  { file: 'contexts: [', says: 'Flow sequence' },
  { file: 'contexts: [{ name: unit }]', says: 'contexts.0.command' },
  { file: 'contexts: []\nreviewer: ann', says: 'reviewer' },
  {
    file: 'contexts: [{ name: a, command: [x] }, { name: a, command: [y] }]',
    says: 'contexts: a name stands twice',
  },
])('a checks file like "$file" is a config trouble that says where', async ({ file, says }) => {
  const scene = await createScene({ '.conveyor/checks.yaml': file });
  const protection = scene.forge.protection('demo', 'main');
  await expect(protection).rejects.toMatchObject({ type: 'LocalForge.BadChecks', trouble: 'config' });
  await expect(protection).rejects.toThrow(says);
});

test('landing moves the base to the head, and landing again finds it landed', async () => {
  const scene = await createScene();
  const sha = await scene.push('topic', scene.first, { 'a.txt': 'a' });
  const { number } = await open(scene, 'topic');
  const land = { number, branch: 'topic', base: 'main', from: scene.first, sha };
  expect(await scene.forge.land('demo', land)).toEqual({ kind: 'landed' });
  expect(await scene.forge.land('demo', land)).toEqual({ kind: 'landed' });
  expect(await scene.forge.tip('demo', 'main')).toBe(sha);
  expect(await scene.forge.pullRequest('demo', number)).toMatchObject({ state: 'merged', head: sha });
  await scene.push('main', 'origin/main', { 'later.txt': 'x' });
  expect(await scene.forge.land('demo', land)).toEqual({ kind: 'landed' });
});

test('killed between moving the base and writing it down, the next call completes it', async () => {
  const scene = await createScene();
  const sha = await scene.push('topic', scene.first, { 'a.txt': 'a' });
  const { number } = await open(scene, 'topic');
  await scene.git('update-ref', 'refs/heads/main', sha);
  const land = { number, branch: 'topic', base: 'main', from: scene.first, sha };
  expect(await scene.forge.land('demo', land)).toEqual({ kind: 'landed' });
  await scene.git('branch', '-D', 'topic');
  expect(await scene.forge.pullRequest('demo', number)).toMatchObject({ state: 'merged', head: sha });
});

test('of two pull requests that land at one moment one wins, the other is told the base moved', async () => {
  const scene = await createScene();
  const branches = ['one', 'two'];
  const lands = [];
  for (const branch of branches) {
    const sha = await scene.push(branch, scene.first, { [branch]: 'x' });
    const { number } = await open(scene, branch);
    lands.push({ number, branch, base: 'main', from: scene.first, sha });
  }
  const results = await Promise.all(lands.map((land) => scene.forge.land('demo', land)));
  const won = results.findIndex(({ kind }) => kind === 'landed');
  const sha = lands[won]?.sha;
  expect(results[1 - won]).toEqual({ kind: 'moved', base: sha });
  expect(await scene.forge.tip('demo', 'main')).toBe(sha);
});

test('nothing lands that is not the head, not open, or not on top of the base', async () => {
  const scene = await createScene();
  const tested = await scene.push('topic', scene.first, { 'a.txt': 'a' });
  const { number } = await open(scene, 'topic');
  const land = { number, branch: 'topic', base: 'main', from: scene.first, sha: tested };
  const head = await scene.push('topic', 'topic', { 'a.txt': 'sneaked in' });
  expect(await scene.forge.land('demo', land)).toEqual({ kind: 'head-moved', head });
  const base = await scene.push('main', scene.first, { 'b.txt': 'b' });
  expect(await scene.forge.land('demo', { ...land, sha: head })).toEqual({ kind: 'moved', base });
  const ours = scene.forge.land('demo', { ...land, sha: head, from: base });
  await expect(ours).rejects.toMatchObject({ type: 'LocalForge.NotFastForward' });
  const other = scene.forge.land('demo', { ...land, sha: head, base: 'topic' });
  await expect(other).rejects.toMatchObject({ type: 'LocalForge.OtherBase' });
  await scene.people.closePullRequest('demo', number);
  expect(await scene.forge.land('demo', { ...land, sha: head })).toEqual({ kind: 'closed' });
  expect(await scene.forge.tip('demo', 'main')).toBe(base);
});

test('a file somebody broke is named and left as it is', async () => {
  const scene = await createScene();
  await scene.push('topic', scene.first, { 'a.txt': 'a' });
  await open(scene, 'topic');
  await writeFile(join(scene.root, 'demo/pulls/1.json'), '{');
  await expect(scene.forge.pullRequest('demo', 1)).rejects.toMatchObject({ type: 'Store.Invalid' });
});
