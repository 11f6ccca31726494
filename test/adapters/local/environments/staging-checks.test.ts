import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChecks } from '../../../../adapters/local/environments/checks-file.ts';
import type { LocalEnvironments } from '../../../../adapters/local/environments/local-environments.ts';
import type { SampleRepo } from '../../../support/sample-repo.ts';
import { createSampleRepo, gitCheckout } from '../../../support/sample-repo.ts';
import type { Lab } from './support.ts';
import { createLab, deployOf, PRODUCTION, SERVICE, STAGING, storeArtifact } from './support.ts';

const FILE = '.conveyor/staging-checks.yaml';
const SMOKE = `#!/bin/sh
env | sort > "$STARTS.env"
exec node -e 'fetch(process.env.URL + "/version").then((r) => r.json()).then((v) => process.exit(v.version ? 0 : 1))'
`;

let lab: Lab;
let repo: SampleRepo;
let environments: LocalEnvironments;

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'conveyor-checks-'));
  repo = await createSampleRepo(join(root, 'repo'));
  lab = await createLab(root, {
    readFile: async (_project, revision, path) =>
      (await execa('git', ['show', `${revision}:${path}`], { cwd: repo.path, reject: false })).stdout || undefined,
    checkout: (_project, revision, into) => gitCheckout(repo.path, revision, into),
  });
  environments = lab.environments;
  const artifact = await storeArtifact(root, { 'server.mjs': SERVICE }, '1'.repeat(40));
  await environments.deploy(deployOf(artifact, 'deploy-1'));
});

afterAll(async () => {
  await environments.stopAll();
  await rm(lab.root, { recursive: true, force: true });
});

async function check(yaml: string, environment = STAGING): ReturnType<LocalEnvironments['check']> {
  const revision = await repo.commit({ [FILE]: yaml, 'smoke.sh': SMOKE });
  return environments.check({ project: 'demo', environment, revision });
}

describe('check', () => {
  it.each([
    ['the status is the expected one', 'kind: http, path: /healthz', 'pass', /answered 200$/],
    ['another status is expected and given', 'kind: http, path: /nowhere, expectStatus: 404', 'pass', /answered 404$/],
    ['the status is another one', 'kind: http, path: /nowhere', 'fail', /answered 404, expected 200$/],
    ['the body has the text', 'kind: http, path: /healthz, expectBody: ok', 'pass', /answered 200$/],
    ['the body lacks the text', 'kind: http, path: /healthz, expectBody: fine', 'fail', /without "fine": ok$/],
    ['nothing answers in time', 'kind: http, path: /hang, timeoutSeconds: 0.2', 'fail', /no answer within 200 ms$/],
    [
      'nothing listens',
      'kind: http, url: "http://127.0.0.1:1/"',
      'fail',
      /127\.0\.0\.1:1\/: .*(ECONNREFUSED|bad port)/,
    ],
    ['the command ends with 0', 'kind: command, command: [./smoke.sh]', 'pass', /^"\.\/smoke\.sh" ended with 0$/],
    ['the command ends otherwise', 'kind: command, command: [sh, -c, "echo no; exit 4"]', 'fail', /ended with 4\nno$/],
    [
      'the command takes too long',
      'kind: command, command: [sleep, "60"], timeoutSeconds: 0.2',
      'fail',
      /limit of 200 ms/,
    ],
    ['the command is killed', 'kind: command, command: [sh, -c, "kill -9 $$"]', 'fail', /ended by SIGKILL/],
    ['there is no such command', 'kind: command, command: [./nothing]', 'error', /cannot start "\.\/nothing"/],
  ])('%s → %s', async (_what, declared, outcome, detail) => {
    expect(await check(`checks: [{ id: C1, ${declared} }]`)).toEqual([
      { id: 'C1', category: 'real', outcome, detail: expect.stringMatching(detail) as string },
    ]);
  });

  it('gives one result per check, in their order, with the category the file claims', async () => {
    const results = await check(`
checks:
  - { id: C2, kind: http, path: /nowhere, category: sandbox-infra }
  - { id: C1, kind: http, path: /healthz }
`);
    expect(results.map(({ id, category, outcome }) => [id, category, outcome])).toEqual([
      ['C2', 'sandbox-infra', 'fail'],
      ['C1', 'real', 'pass'],
    ]);
  });

  it('runs commands in a clean checkout of the revision and tells them what they check', async () => {
    await check('checks: [{ id: C1, kind: command, command: [./smoke.sh] }]');
    const env = await readFile(join(lab.root, 'starts.env'), 'utf8');
    const { url } = (await lab.running()) ?? { url: 'nothing runs' };
    const head = (await execa('git', ['rev-parse', 'HEAD'], { cwd: repo.path })).stdout;
    for (const line of [`URL=${url}`, `ENVIRONMENT=${STAGING}`, `EXPECTED_REVISION=${head}`]) {
      expect(env.split('\n')).toContain(line);
    }
    expect(env).not.toContain('HOME=');
  });

  it('fails every check of an environment that nothing was deployed to', async () => {
    expect(await check('checks: [{ id: C1, kind: http, path: /healthz }]', PRODUCTION)).toEqual([
      { id: 'C1', category: 'real', outcome: 'fail', detail: 'Nothing was ever deployed to demo/production' },
    ]);
  });

  it('takes a missing file for trouble: no checks are never a pass', async () => {
    const revision = await repo.commit({ [FILE]: '' });
    await expect(environments.check({ project: 'demo', environment: STAGING, revision })).rejects.toMatchObject({
      type: 'Environment.ChecksMissing',
      trouble: 'config',
      message: `There is no ${FILE} of demo at ${revision.slice(0, 12)}: add it with at least one check.`,
    });
  });

  it('takes a file that does not parse for trouble, and names it', async () => {
    await expect(check('checks: []')).rejects.toMatchObject({
      type: 'Environment.ChecksInvalid',
      trouble: 'config',
      message: expect.stringContaining(`Cannot use ${FILE} of demo at `) as string,
    });
  });
});

describe('readChecks', () => {
  it.each([
    ['no YAML', 'checks: [', /Flow sequence/],
    ['no checks', 'checks: []', /^checks: /],
    ['nothing at all', '', /expected object/],
    [
      'an unknown key',
      'checks: [{ id: C1, kind: http, path: /, retries: 3 }]',
      /^checks: 0: Unrecognized key: "retries"/,
    ],
    ['an unknown kind', 'checks: [{ id: C1, kind: tcp }]', /^checks: 0: kind: /],
    [
      'an unknown category',
      'checks: [{ id: C1, kind: http, path: /, category: flaky }]',
      /^checks: 0: category: .*sandbox-infra/,
    ],
    ['neither path nor url', 'checks: [{ id: C1, kind: http }]', /exactly one of path and url/],
    [
      'both path and url',
      'checks: [{ id: C1, kind: http, path: /, url: "http://a.example" }]',
      /exactly one of path and url/,
    ],
    ['another protocol', 'checks: [{ id: C1, kind: http, url: "file:///etc/passwd" }]', /^checks: 0: url: /],
    [
      'the same id twice',
      'checks: [{ id: C1, kind: http, path: / }, { id: C1, kind: http, path: / }]',
      /two have the same id/,
    ],
    ['an id that is a path', 'checks: [{ id: ../x, kind: http, path: / }]', /^checks: 0: id: expected letters/],
    ['an empty command', 'checks: [{ id: C1, kind: command, command: [] }]', /^checks: 0: command: /],
  ])('refuses %s', (_what, text, problem) => {
    const read = readChecks(text);
    expect(read).toEqual({
      kind: 'invalid',
      problems: expect.arrayContaining([expect.stringMatching(problem)]) as string[],
    });
  });

  it('tells all problems at once', () => {
    const read = readChecks('checks: [{ id: C1, kind: tcp }, { id: C2, kind: command }]');
    expect(read).toMatchObject({
      problems: [expect.stringMatching(/^checks: 0: kind/), expect.stringMatching(/^checks: 1: command/)],
    });
  });
});
