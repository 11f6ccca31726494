import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGit } from '../../adapters/git/git.ts';
import { readCommit, writeCommit } from '../../adapters/git/commits.ts';
import type { Scene } from '../adapters/git/scene.ts';
import { gitIn, ROLE, sceneIn, writeFiles } from '../adapters/git/scene.ts';
import type { Trap } from './trap.ts';
import { setTrap } from './trap.ts';

let scene: Scene;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-hostile-'));
  scene = await sceneIn(root);
});
afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));

type Left = { sha: string; message: string; files: string[]; onRemote: Scene['onRemote'] };

/** What is on the remote after an agent left its workspace like this; a file of honest work is always there too. */
async function seal(leave: (path: string, trap: Trap) => Promise<unknown>): Promise<Left> {
  const trap = await setTrap(await mkdtemp(join(root, 'trap-')));
  const workspaces = scene.host('one');
  const of = { repo: 'demo', attempt: `DEMO-1#1/development/${randomUUID()}/work` };
  const workspace = await workspaces.open({ ...of, start: scene.first, branch: 'task/DEMO-1-hello' });
  await writeFiles(workspace.path, { 'honest.txt': 'work' });
  await leave(workspace.path, trap);
  const before = (await trap.sprung()).length;
  const { commit, sideRef } = await workspaces.seal(workspace, { ...of, message: 'Build it', identity: ROLE });
  const again = await workspaces.seal(workspace, { ...of, message: 'Build it', identity: ROLE });
  await workspaces.close(workspace);
  expect((await trap.sprung()).slice(before)).toEqual([]);
  expect(again.commit).toEqual(commit);
  expect(await scene.onRemote('rev-parse', sideRef)).toBe(commit.sha);
  const listed = await scene.onRemote('ls-tree', '-r', '-z', '--format=%(objectmode) %(path)', commit.sha);
  const files = listed.split('\0').filter((line) => line !== '');
  expect(files).toContain('100644 honest.txt');
  const said = await scene.onRemote('log', '-1', '--format=%B', commit.sha);
  return { sha: commit.sha, message: said, files, onRemote: scene.onRemote };
}

async function object(path: string, type: string, bytes: Buffer): Promise<string> {
  const args = ['hash-object', '-t', type, '-w', '--literally', '--stdin'];
  return (await execa('git', args, { cwd: path, input: bytes })).stdout;
}

/** A commit on the agent's branch whose tree has an entry of this name, which git itself would never write. */
async function commitEntry(path: string, mode: string, name: string): Promise<void> {
  const blob = await object(path, 'blob', Buffer.from('#!/bin/sh\n'));
  const inner = await object(path, 'tree', Buffer.concat([Buffer.from('100755 pre-push\0'), Buffer.from(blob, 'hex')]));
  const id = mode === '40000' ? inner : blob;
  const tree = await object(path, 'tree', Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]));
  const git = gitIn(path);
  await git('update-ref', 'HEAD', await git('commit-tree', tree, '-p', 'HEAD', '-m', 'Hostile'));
}

/** A repository within the workspace; with a commit when there is a file for it. */
async function nest(path: string, files: Record<string, string> = {}): Promise<string> {
  const inner = join(path, 'nested');
  await execa('git', ['init', '-q', inner]);
  if (Object.keys(files).length === 0) return inner;
  await writeFiles(inner, files);
  await gitIn(inner)('add', '-A');
  await gitIn(inner)('commit', '-q', '-m', 'Within');
  return inner;
}

describe.concurrent('what an agent leaves runs nothing of ours', () => {
  it('with a changed repository where its own commit has a submodule, whose filters and fsmonitor are programs', async () => {
    const { files } = await seal(async (path, { program }) => {
      const inner = await nest(path, { 'a.txt': 'one' });
      await gitIn(path)('add', '-A');
      await gitIn(path)('commit', '-q', '-m', 'A submodule');
      for (const key of ['filter.trap.clean', 'filter.trap.process', 'core.fsmonitor', 'core.hooksPath']) {
        await gitIn(inner)('config', key, program);
      }
      await writeFiles(inner, { '.gitattributes': '* filter=trap\n', 'a.txt': 'two' });
    });
    expect(files).toContain('160000 nested');
  });

  it('with a common directory that leads to another configuration', async () => {
    await seal(async (path, { program }) => {
      const common = join(path, '.git/elsewhere');
      const tree = await execa('git', ['mktree', '--missing'], {
        cwd: path,
        input: `100644 blob ${'ab'.repeat(20)}\tx\n`,
      });
      await gitIn(path)('update-ref', 'HEAD', await gitIn(path)('commit-tree', tree.stdout, '-p', 'HEAD', '-m', 'x'));
      for (const part of ['HEAD', 'refs', 'objects']) {
        await cp(join(path, '.git', part), join(common, part), { recursive: true });
      }
      const own = `[core]\n\trepositoryformatversion = 1\n\tfsmonitor = ${program}\n\tsshCommand = ${program}\n\thooksPath = ${path}\n`;
      const promise = `[extensions]\n\tpartialClone = x\n[remote "x"]\n\tpromisor = true\n\turl = ${path}\n\tuploadpack = ${program}\n`;
      const pack = `[uploadpack]\n\tpackObjectsHook = ${program}\n[include]\n\tpath = /etc/passwd\n`;
      await writeFile(join(common, 'config'), own + promise + pack);
      await writeFile(join(path, '.git/commondir'), 'elsewhere\n');
    });
  });

  it('with attributes that name filters, drivers and a large file store', async () => {
    const { onRemote, sha } = await seal(async (path, { program }) => {
      for (const key of ['filter.lfs.clean', 'filter.lfs.process', 'diff.lfs.command', 'merge.lfs.driver']) {
        await gitIn(path)('config', key, program);
      }
      await writeFiles(path, { '.gitattributes': '* filter=lfs diff=lfs merge=lfs -text\n', 'big.bin': 'as it is' });
    });
    expect(await onRemote('show', `${sha}:big.bin`)).toBe('as it is');
  });

  it('with submodules that name commands', async () => {
    const { files } = await seal((path) =>
      writeFiles(path, { '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = -u./x\n\tupdate = !touch x\n' }),
    );
    expect(files).toContain('100644 .gitmodules');
  });

  it.each(['ref: --upload-pack=touch x', 'ref: ../../../etc/passwd', ''])('with a HEAD of %j', async (head) => {
    await seal((path) => writeFile(join(path, '.git/HEAD'), `${head}\n`));
  });
});

describe.concurrent('what leads out of the workspace is kept as what it is', () => {
  it('a link to a file and to a folder outside are links, and nothing behind them is read', async () => {
    const { files, onRemote, sha } = await seal(async (path) => {
      await symlink('/etc/passwd', join(path, 'link'));
      await symlink('/etc', join(path, 'folder'));
      await rm(join(path, 'src'), { recursive: true });
      await symlink('/etc', join(path, 'src'));
    });
    expect(files.filter((file) => /link|folder|src/.test(file))).toEqual([
      '120000 folder',
      '120000 link',
      '120000 src',
    ]);
    expect(await onRemote('show', `${sha}:link`)).toBe('/etc/passwd');
  });

  it('documents that are links are no documents', async () => {
    const { sha } = await seal(async (path) => {
      await mkdir(join(path, 'docs/tasks/DEMO-1'), { recursive: true });
      await symlink('/etc/passwd', join(path, 'docs/tasks/DEMO-1/analysis.md'));
    });
    const seen = await scene.host('one').inspect({ repo: 'demo', key: 'DEMO-1', sha, base: 'main' });
    expect(seen.documents).toEqual({});
  });

  it('another repository as its objects gives none of that one’s commits', async () => {
    const stolen = await scene.commit('secret', scene.first, { 'secret.txt': 'not pushed' });
    const { files, sha, onRemote } = await seal(async (path) => {
      await writeFile(join(path, '.git/objects/info/alternates'), `${join(root, 'person/.git/objects')}\n`);
      await writeFile(join(path, '.git/HEAD'), `${stolen}\n`);
    });
    expect(files.join()).not.toContain('secret');
    expect(await onRemote('rev-list', sha)).not.toContain(stolen);
  });
});

/** Each of these once ended every try of the attempt, so that the agent was run again and again. */
describe.concurrent('what git cannot keep costs nothing but itself', () => {
  it('files whose name another system takes for .git', async () => {
    const names = ['git~1', '.g\u200cit/config', 'x/.GIT./config'];
    const { files, message } = await seal((path) =>
      writeFiles(path, Object.fromEntries(names.map((name) => [name, 'x']))),
    );
    expect(files.filter((file) => /g.*it/i.test(file.slice(7)))).toEqual([]);
    expect(message).toMatch(/^Build it\n\nLeft out, because git cannot keep it:\n- .*invalid path/);
  });

  it('a repository without a commit', async () => {
    const { message } = await seal((path) => nest(path));
    expect(message).toContain("'nested/' does not have a commit checked out");
  });

  it('a link in the place of the list of submodules', async () => {
    await seal((path) => symlink('/etc/passwd', join(path, '.gitmodules')));
  });

  it.each(['working-tree-encoding=UTF-16', 'working-tree-encoding', 'working-tree-encoding=no-such'])(
    'an encoding that does not fit: %s',
    async (attribute) => {
      const { onRemote, sha } = await seal((path) => writeFiles(path, { '.gitattributes': `* ${attribute}\n` }));
      expect(await onRemote('show', `${sha}:honest.txt`)).toBe('work');
    },
  );

  it.each([
    ['40000', '.git'],
    ['100644', '../../x'],
    ['40000', '..'],
    ['40000', 'GIT~1'],
    ['120000', '.gitmodules'],
  ])('a commit of its own with an entry %s %s', async (mode, name) => {
    const { files, onRemote, sha } = await seal((path) => commitEntry(path, mode, name));
    expect(files).toContain('100644 README.md');
    expect(await onRemote('rev-list', '--count', sha)).toBe('2');
  });

  it('a pipe, a socket’s name and a link to itself', async () => {
    await seal(async (path) => {
      await execa('sh', ['-c', 'mkfifo pipe'], { cwd: path });
      await symlink('.gitignore', join(path, '.gitignore'));
      await symlink('.gitattributes', join(path, '.gitattributes'));
    });
  });
});

it.each(['a\0b', '\u001b[2J\u0007', '', '   ', '\ud800', '#', '-m', '$(touch x)'])(
  'a title of %j makes a commit',
  async (title) => {
    const gitDir = scene.remote;
    const { tree } = await readCommit({ git: createGit(), gitDir }, scene.first);
    const commit = { tree, parents: [scene.first], message: `DEMO-1: ${title}`, identity: ROLE };
    const { sha } = await writeCommit({ git: createGit(), gitDir }, commit);
    // oxlint-disable-next-line no-control-regex -- exactly these are meant
    expect(await scene.onRemote('log', '-1', '--format=%B', sha)).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  },
);

it('the traps are real: plain git in such a workspace springs one', async () => {
  const trap = await setTrap(await mkdtemp(join(root, 'trap-')));
  const inner = await nest(await mkdtemp(join(root, 'plain-')), { 'a.txt': 'one' });
  await gitIn(inner)('config', 'filter.trap.clean', trap.program);
  await writeFiles(inner, { '.gitattributes': '* filter=trap\n', 'a.txt': 'two' });
  await gitIn(inner)('add', '-A');
  expect(await trap.sprung()).not.toEqual([]);
  expect(await readFile(join(inner, 'a.txt'), 'utf8')).toBe('two');
});
