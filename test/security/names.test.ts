import { join, relative, sep } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PortError } from '../../activities/ports.ts';
import { attemptFiles } from '../../adapters/agents/attempt-files.ts';
import { createGit } from '../../adapters/git/git.ts';
import { branchRef, checkedKey, checkedSha, encodeName, isSha } from '../../adapters/git/names.ts';
import { remoteAccess } from '../../adapters/git/remote-access.ts';
import { artifactFolder } from '../../adapters/local/artifacts/layout.ts';
import { folderName } from '../../adapters/local/folder-name.ts';
import { repositoryPath } from '../../adapters/local/forge/repository.ts';
import { projectFolder } from '../../adapters/local/tracker/card-folder.ts';
import { specOf } from '../../domain/admit.ts';
import { aimNudge, keyOfBranch } from '../../domain/nudge.ts';
import { ATTACKS } from './attacks.ts';

const RUNS = 3_000;
const SEED = 20_261_122;
const PARAMETERS = { numRuns: RUNS, seed: SEED };
const ROOT = '/the/root';

/** Attacks, pieces of them in any order, and any text at all. */
const piece = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.constantFrom(
    '-',
    '--',
    '/',
    '..',
    '.',
    '\0',
    '\n',
    ':',
    '::',
    '@',
    '~',
    '^',
    '\\',
    ' ',
    '{',
    '*',
    'a',
    'A',
    '.git',
    '.lock',
    'ı',
    'ſ',
    'K',
    '\u202e',
    '/',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const hostile = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ maxLength: 400 }),
);

/** What the function makes of a name; undefined when it is refused, which it must say in words for a person. */
function made(make: () => string): string | undefined {
  try {
    return make();
  } catch (error) {
    expect(error).toBeInstanceOf(PortError);
    expect(error).toMatchObject({ trouble: 'config' });
    const { type, message } = error as PortError;
    if (type.startsWith('Git.')) expect(message).not.toMatch(/\p{Cc}/u);
    return undefined;
  }
}

function expectInside(path: string | undefined, levels: number): void {
  if (path === undefined) return;
  const parts = relative(ROOT, path).split(sep);
  expect(parts).toHaveLength(levels);
  expect(parts).not.toContain('..');
  expect(path).not.toContain('\0');
}

/** Half a character becomes U+FFFD, as on its way through JSON or a file. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

describe('the branch of a task', () => {
  const item = { repo: 'demo', key: 'DEMO', base: 'main' };

  it('is generated of letters, digits and dashes, whatever the title holds', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 99 }), (title, run) => {
        const { branch } = specOf({ key: 'DEMO-1', title }, item, run);
        expect(branch).toMatch(/^task\/DEMO-1(?:-[a-z0-9]+)*$/);
        expect(branch.length).toBeLessThanOrEqual(60);
        expect(branchRef(branch)).toBe(`refs/heads/${branch}`);
        expect(keyOfBranch(branch)).toBe('DEMO-1');
      }),
      PARAMETERS,
    );
  });

  it('of a million characters is made in seconds', () => {
    for (const text of ['-', 'é', '\u0300', 'a-', '😀']) {
      const startedAt = performance.now();
      const { branch } = specOf({ key: 'DEMO-1', title: text.repeat(1_000_000 / text.length) }, item, 1);
      expect(branch.length).toBeLessThanOrEqual(60);
      expect(performance.now() - startedAt).toBeLessThan(20_000);
    }
  });
});

describe('names for git', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'conveyor-names-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('are branches that git itself accepts, or are refused by name', async () => {
    const taken = fc.sample(hostile, PARAMETERS).flatMap((name) => made(() => branchRef(name)) ?? []);
    const good = ['main', 'task/DEMO-1-x', 'v1.2.3', 'feature/a_b+c'].map((name) => branchRef(name));
    const git = createGit();
    const gitDir = join(root, 'names.git');
    await git(['init', '--quiet', '--bare', '--template=', '--', gitDir]);
    // git reads each as the name of a ref that does not exist; one it would not take ends it with an error.
    const apart = [...good, ...taken].map((ref, index) => ref.replace('refs/heads/', `refs/heads/${index}/`));
    const input = apart.map((ref) => `verify ${ref} ${'0'.repeat(40)}\n`).join('');
    await git(['update-ref', '--stdin'], { gitDir, input });
    for (const ref of taken) expect(ref).toMatch(/^refs\/heads\/[A-Za-z0-9][\w./+-]*$/);
    for (const attack of ATTACKS) expect(made(() => branchRef(attack))).toBeUndefined();
  });

  it('are keys and commits without a letter that means anything to git or a path', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const key = made(() => checkedKey(text));
        if (key !== undefined) expect(key).toMatch(/^[A-Za-z0-9][\w.-]*$/);
        if (key !== undefined) expect(key).not.toContain('..');
        const sha = made(() => checkedSha(text));
        if (sha !== undefined) expect(isSha(sha)).toBe(true);
      }),
      PARAMETERS,
    );
    const keys = ATTACKS.flatMap((attack) => made(() => checkedKey(attack)) ?? made(() => checkedSha(attack)) ?? []);
    expect(keys).toEqual(['HEAD']);
  });

  it('are encoded one to one, and each is one part of a path and of a ref', () => {
    const texts = [...new Set(fc.sample(hostile, PARAMETERS))].filter(
      (text) => text !== '' && wellFormed(text) === text,
    );
    const names = texts.map(encodeName);
    expect(new Set(names).size).toBe(texts.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_+=-]{1,120}$/);
  });
});

describe('addresses of repositories', () => {
  it.each([
    ['/srv/git/demo.git', 'file'],
    ['file:///srv/git/demo.git', 'file'],
    ['https://ci:secret@git.example/a/b.git', 'https'],
    ['http://127.0.0.1:3000/a/b.git', 'http'],
    ['ssh://git@git.example:22/a/b.git', 'ssh'],
    ['git@git.example:a/b.git', 'ssh'],
  ])('%s is reached by %s and nothing else', (url, protocol) => {
    expect(remoteAccess(url)).toEqual({ GIT_ALLOW_PROTOCOL: protocol });
  });

  it.each([
    'ext::sh -c touch% /tmp/x',
    'ext::sh',
    'fd::17',
    'transport::address',
    'git://git.example/a',
    'ftp://git.example/a',
    'javascript://x',
    '--upload-pack=touch x',
    '-oProxyCommand=touch x:y',
    'ssh://-oProxyCommand=touch%20x/y',
    'git@-oProxyCommand=x:y',
    'https://git.example/a\nb',
    'https://git.example/\0',
    '/srv/\0',
    'relative/path',
    '../demo.git',
    '',
  ])('%j is refused by name', (url) => {
    expect(made(() => remoteAccess(url).GIT_ALLOW_PROTOCOL)).toBeUndefined();
  });

  it('never name a program or an option', () => {
    fc.assert(
      fc.property(hostile, (url) => {
        const protocol = made(() => remoteAccess(url).GIT_ALLOW_PROTOCOL);
        if (protocol === undefined) return;
        expect(['file', 'http', 'https', 'ssh']).toContain(protocol);
        expect(url).not.toMatch(/^-|^[a-z0-9]+::|\0/i);
      }),
      PARAMETERS,
    );
  });

  it('keep their password out of the refusal', () => {
    expect(() => remoteAccess('gopher://ann:hunter2@git.example/a')).toThrow(/^(?!.*hunter2).*gopher/s);
  });
});

describe('paths on disk', () => {
  it('stay below their folder, whatever an identifier holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expectInside(join(ROOT, folderName(wellFormed(text))), 1);
        expectInside(attemptFiles(ROOT, text).log, 1);
        expectInside(attemptFiles(ROOT, text).lock, 1);
        expectInside(text === '' ? undefined : join(ROOT, encodeName(text)), 1);
        expectInside(
          made(() => repositoryPath(ROOT, text)),
          1,
        );
        expectInside(
          made(() => projectFolder(ROOT, text)),
          1,
        );
        expectInside(
          made(() => artifactFolder(ROOT, 'image', text)),
          4,
        );
      }),
      PARAMETERS,
    );
  });
});

it('nothing but a name of ours reaches Temporal from a webhook', () => {
  const field = fc.option(hostile, { nil: undefined });
  const hint = fc.record({
    from: fc.constantFrom('tracker', 'forge'),
    project: field,
    key: field,
    branch: field,
    sha: field,
  });
  fc.assert(
    fc.property(hint, (given) => {
      const target = aimNudge({ ...given, repo: 'demo' });
      if (target.kind === 'ignored') return;
      for (const part of Object.values(target)) expect(part).toMatch(/^[\w-]{1,50}$/);
    }),
    PARAMETERS,
  );
});
