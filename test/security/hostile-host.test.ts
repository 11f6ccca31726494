import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workspaces } from '../../activities/ports.ts';
import { createCheckout } from '../../adapters/git/checkout.ts';
import { createReadFile } from '../../adapters/git/read-file.ts';
import { createWorkspaces } from '../../adapters/git/workspaces.ts';
import { createLocalForge } from '../../adapters/local/forge/forge.ts';
import { createForgePeople } from '../../adapters/local/forge/people.ts';
import { ROLE, writeFiles } from '../adapters/git/scene.ts';
import { ATTACKS } from './attacks.ts';
import type { Trap } from './trap.ts';
import { setTrap } from './trap.ts';

/** A repository whose every file is a trap for git, on a machine whose git is configured to walk into all of them. */
const BRANCH = 'task/DEMO-1-hello';
const KEYS = ['core.fsmonitor', 'core.sshCommand', 'core.editor', 'core.pager', 'credential.helper', 'gpg.program'];
const DRIVERS = [
  'filter.trap.clean',
  'filter.trap.smudge',
  'diff.trap.command',
  'diff.trap.textconv',
  'merge.trap.driver',
];
const HOOKS = [
  'pre-commit',
  'post-checkout',
  'post-commit',
  'post-merge',
  'pre-push',
  'reference-transaction',
  'post-index-change',
];

let root: string;
let trap: Trap;
let host: Record<string, string>;
/** Our way to everything git is used for. */
let workspaces: Workspaces;
let first: string;
let seen: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-host-'));
  trap = await setTrap(root);
  host = await hostileHost();
  const { head } = await createForgePeople(forgeOptions()).createRepository({
    repo: 'demo',
    from: await hostileFiles(),
    base: 'main',
  });
  first = head;
  workspaces = createWorkspaces({ ...remotes(), root: join(root, 'work') });
});
afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));

function forgeOptions() {
  return { root: join(root, 'forge'), reviewer: 'reviewer', now: () => 1, announce: () => undefined, env: host };
}

function remotes() {
  return { root: join(root, 'work'), remoteUrl: (repo: string) => join(root, 'forge', `${repo}.git`), env: host };
}

/** A home, a template and variables as an intruder or a careless colleague would leave them. */
async function hostileHost(): Promise<Record<string, string>> {
  const home = join(root, 'home');
  const template = join(root, 'template');
  for (const folder of [join(template, 'hooks'), join(home, '.config/git')]) await mkdir(folder, { recursive: true });
  for (const hook of HOOKS) await symlink(trap.program, join(template, 'hooks', hook));
  const config = join(home, '.gitconfig');
  const set = [...KEYS, ...DRIVERS].map((key) => [key, trap.program] as const);
  const more = [
    ['init.templateDir', template],
    ['core.hooksPath', join(template, 'hooks')],
    ['include.path', join(home, 'more')],
  ];
  for (const [key = '', value = ''] of [...set, ...more]) await execa('git', ['config', '--file', config, key, value]);
  await writeFile(join(home, 'more'), '[alias]\n\tadd = !touch aliased\n');
  await writeFile(join(home, '.config/git/attributes'), '* filter=trap diff=trap merge=trap\n');
  // A git of our own in front: it writes down how it was called and then is git.
  const bin = join(root, 'bin');
  await mkdir(bin);
  seen = join(root, 'seen');
  const real = (await execa('sh', ['-c', 'command -v git'])).stdout;
  const tell = `{ printf '%s ' "$@"; echo; env | sort; echo ---; } >> '${seen}'`;
  await writeFile(join(bin, 'git'), `#!/bin/sh\n${tell}\nexec ${real} "$@"\n`, { mode: 0o755 });
  return {
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    ...Object.fromEntries(
      [
        'GIT_SSH_COMMAND',
        'GIT_EXTERNAL_DIFF',
        'GIT_ASKPASS',
        'SSH_ASKPASS',
        'GIT_EDITOR',
        'GIT_PAGER',
        'GIT_PROXY_COMMAND',
      ].map((name) => [name, trap.program]),
    ),
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_SYSTEM: config,
    GIT_TEMPLATE_DIR: template,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.hooksPath',
    GIT_CONFIG_VALUE_0: join(template, 'hooks'),
    GIT_ALLOW_PROTOCOL: 'ext:file',
    A_SECRET_OF_THIS_HOST: 'canary-for-git',
  };
}

async function hostileFiles(): Promise<string> {
  const folder = join(root, 'files');
  const hooks = Object.fromEntries(HOOKS.map((hook) => [`.githooks/${hook}`, `#!/bin/sh\n${trap.program}\n`]));
  await writeFiles(folder, {
    '.gitattributes': '* filter=trap diff=trap merge=trap\n*.txt ident\n',
    '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch x"\n\tupdate = !touch x\n',
    'README.md': 'hello\n',
    'a.txt': 'a\n',
    ...hooks,
  });
  return folder;
}

describe('a hostile repository on a hostile host', () => {
  it('runs nothing, from the first commit to the landing', async () => {
    const of = { repo: 'demo', attempt: 'DEMO-1#1/development/1/work' };
    const workspace = await workspaces.open({ ...of, start: first, branch: BRANCH });
    await writeFiles(workspace.path, { 'a.txt': 'changed\n', 'new.txt': 'x\n' });
    const { commit } = await workspaces.seal(workspace, { ...of, message: 'Build', identity: ROLE });
    expect(await workspaces.push({ repo: 'demo', branch: BRANCH, sha: commit.sha, expected: null })).toBe('pushed');
    // The base moves meanwhile, in the same file: the merge would ask the driver that the attributes name.
    const other = await workspaces.open({ repo: 'demo', attempt: 'other', start: first, branch: 'main' });
    await writeFiles(other.path, { 'README.md': 'hello again\n' });
    const moved = await workspaces.seal(other, { repo: 'demo', attempt: 'other', message: 'Other', identity: ROLE });
    await workspaces.push({ repo: 'demo', branch: 'main', sha: moved.commit.sha, expected: first });
    const synced = await workspaces.sync({ repo: 'demo', key: 'DEMO-1', head: commit.sha, base: 'main' });
    if (synced.kind !== 'candidate') throw new Error(`expected a candidate, got ${synced.kind}`);
    const candidate = synced.candidate.sha;
    await workspaces.push({ repo: 'demo', branch: BRANCH, sha: candidate, expected: commit.sha });
    await workspaces.inspect({ repo: 'demo', key: 'DEMO-1', sha: candidate, base: 'main' });
    const ran = await workspaces.runIn({ repo: 'demo', sha: candidate, command: ['ls', '-a'], timeoutMs: 60_000 });
    expect(ran.output).toContain('.gitattributes');
    await createCheckout(remotes())('demo', candidate, join(root, 'build'));
    expect(await createReadFile(remotes())('demo', candidate, 'a.txt')).toBe('changed');
    await workspaces.revertOf({ repo: 'demo', sha: candidate, to: first, message: 'Take back' });
    const forge = createLocalForge(forgeOptions());
    const pull = { branch: BRANCH, base: 'main', title: '-m', body: '--help', marker: 'DEMO-1#1' };
    const { number } = await forge.openPullRequest('demo', pull);
    await forge.protection('demo', 'main');
    const landed = await forge.land('demo', {
      number,
      branch: BRANCH,
      base: 'main',
      from: moved.commit.sha,
      sha: candidate,
    });
    expect(landed).toEqual({ kind: 'landed' });
    await workspaces.close(workspace);

    expect(await trap.sprung()).toEqual([]);
    expect((await readdir(join(root, 'build'))).sort()).toEqual(
      ['.git', '.gitattributes', '.githooks', '.gitmodules', 'README.md', 'a.txt', 'new.txt'].sort(),
    );
  });

  it('is told to git in every call: no configuration but ours, no hook, no helper, no prompt, one protocol', async () => {
    const calls = (await execa('cat', [seen])).stdout.split('\n---\n').filter((call) => call.includes('\n'));
    const ours = calls.filter((call) => call.startsWith('-c core.hooksPath=/dev/null '));
    expect(ours.length).toBeGreaterThan(40);
    for (const call of ours) {
      for (const setting of [
        'core.fsmonitor=false',
        'submodule.recurse=false',
        'credential.helper=',
        'protocol.ext.allow=never',
        'http.followRedirects=false',
      ]) {
        expect(call).toContain(`-c ${setting} `);
      }
      for (const variable of [
        'GIT_CONFIG_GLOBAL=/dev/null',
        'GIT_CONFIG_NOSYSTEM=1',
        'GIT_TERMINAL_PROMPT=0',
        'GIT_ALLOW_PROTOCOL=file',
      ]) {
        expect(call.split('\n')).toContain(variable);
      }
      expect(call).not.toMatch(/^(?:GIT_CONFIG_(?:SYSTEM|COUNT)|GIT_TEMPLATE_DIR|GIT_EXTERNAL_DIFF|GIT_ASKPASS|XDG_)/m);
    }
    expect(calls.join('\n')).not.toContain('canary-for-git');
  });

  it('springs its traps on plain git', async () => {
    const plain = { env: { HOME: join(root, 'home'), GIT_CONFIG_NOSYSTEM: '1' }, reject: false };
    await execa('git', ['clone', '-q', join(root, 'forge/demo.git'), join(root, 'plain')], plain);
    expect((await trap.sprung()).length).toBeGreaterThan(0);
    await rm(join(root, 'sprung'));
  });
});

describe('names from outside', () => {
  it.each([...ATTACKS.entries()])('%i: %j reaches no option, path or shell', async (index, attack) => {
    const outcomes = await Promise.allSettled([
      workspaces.open({ repo: 'demo', attempt: `attack ${index}`, start: first, branch: attack }),
      workspaces.open({ repo: 'demo', attempt: `attack ${index}`, start: attack, branch: BRANCH }),
      workspaces.push({ repo: 'demo', branch: attack, sha: first, expected: null }),
      workspaces.push({ repo: 'demo', branch: BRANCH, sha: attack, expected: null }),
      workspaces.push({ repo: 'demo', branch: BRANCH, sha: first, expected: attack }),
      workspaces.sync({ repo: 'demo', key: 'DEMO-1', head: attack, base: attack }),
      workspaces.inspect({ repo: 'demo', key: attack === 'HEAD' ? '-' : attack, sha: first, base: first }),
      workspaces.runIn({ repo: 'demo', sha: attack, command: ['true'], timeoutMs: 1_000 }),
      workspaces.revertOf({ repo: 'demo', sha: attack, to: first, message: attack }),
      createLocalForge(forgeOptions()).tip(attack, 'main'),
      createLocalForge(forgeOptions()).tip('demo', attack),
      createLocalForge(forgeOptions()).land('demo', {
        number: 1,
        branch: BRANCH,
        base: 'main',
        from: attack,
        sha: attack,
      }),
    ]);
    const refusals = outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason.type) : 'taken'));
    for (const type of refusals) expect(type).toMatch(/^(?:Git|LocalForge)\.BadName$|^LocalForge\.RepositoryMissing$/);
    expect(await trap.sprung()).toEqual([]);
  });

  it('left nothing but our folders', async () => {
    expect((await readdir(root)).filter((name) => /canary|touch/.test(name))).toEqual([]);
    const left = (await readdir(join(root, 'forge'))).filter((name) => !name.startsWith('.'));
    expect(left.sort()).toEqual(['demo', 'demo.git']);
  });
});
