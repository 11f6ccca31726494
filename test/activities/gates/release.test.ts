import { beforeEach, describe, expect, test } from 'vitest';
import type { JudgeInput } from '../../../activities/gates/input.ts';
import type { CheckResult, ProjectPolicy } from '../../../activities/ports.ts';
import type { HealthMemory } from '../../../domain/gates/health.ts';
import type { Passed } from '../../../domain/state.ts';
import type { Subjects } from '../../../domain/subject.ts';
import { subjectRef } from '../../../domain/subject.ts';
import type { Scene } from './scene.ts';
import { BRANCH, createScene } from './scene.ts';

const row = { name: 'any', lane: 'release' };
let scene: Scene;
let subjects: Subjects;
let m: string;

/** The base moved since the head was judged; M is our merge, built and running on staging. */
async function given(policy: Partial<ProjectPolicy> = {}): Promise<void> {
  scene = await createScene(policy);
  const { world, ports, head, documents } = scene;
  const base = world.repository.push('main', { 'other.md': 'someone else' });
  const synced = await ports.workspaces.sync({ repo: 'demo', key: 'ORCH-53', head, base });
  if (synced.kind !== 'candidate') throw new Error('conflict');
  m = synced.candidate.sha;
  world.repository.branches.set(BRANCH, m);
  const built = await ports.artifacts.build({ repo: 'demo', revision: m });
  if (built.kind !== 'built') throw new Error('failed');
  const { artifact } = built;
  const staged = { environment: 'demo/staging', digest: artifact.digest, deployId: 'd1' };
  const released = { ...staged, environment: 'demo/production' };
  for (const release of [staged, released]) await ports.environments.deploy({ release, artifact, lease: 1 });
  subjects = { head, documents, candidate: synced.candidate, artifact, staged, released };
  world.calls.length = 0;
}
beforeEach(() => given());

function passed(gate: Passed['gate'], kind: 'documents' | 'head' | 'staged'): Passed {
  const subject = subjectRef(subjects, kind);
  if (!subject) throw new Error(`no ${kind}`);
  return { stage: 'any', gate, kind: 'pass', subject, at: 1, say: '' };
}

describe('merge', () => {
  const owed = ['approval', 'review', 'tests'] as const;
  const look = (more: Partial<JudgeInput> = {}) =>
    scene.look('merge', {
      stage: row,
      subjects,
      owed,
      passed: [passed('approval', 'documents'), passed('review', 'head'), passed('tests', 'head')],
      ...more,
    });
  beforeEach(() => {
    scene.says(m, 'test', 'success');
    scene.reviews('conveyor-reviewer', 'approve', scene.head);
  });

  test('passes for a merge of ours that carries what was judged', async () => {
    expect((await look()).verdict).toMatchObject({ kind: 'pass', evidence: [expect.any(String), `candidate ${m}`, 'policy v1'] }); // prettier-ignore
  });

  test('contexts are read on M, not on the head', async () => {
    scene.world.forge.statuses.length = 0;
    scene.says(scene.head, 'test', 'success');
    expect((await look()).verdict).toEqual({ kind: 'pending', for: `test on ${m.slice(0, 7)} (no checks yet)` });
  });

  test('is stale as soon as the base moves', async () => {
    scene.world.repository.push('main', { 'third.md': 'x' });
    expect((await look()).verdict).toMatchObject({ kind: 'stale', subjects: {} });
  });

  test('refuses a merge that holds more than both sides', async () => {
    const { candidate } = subjects;
    if (!candidate) throw new Error('no candidate');
    const files = { ...scene.world.repository.read(m).files, 'smuggled.ts': 'x' };
    const forged = scene.world.repository.commit(files, [candidate.head, candidate.base]);
    scene.world.repository.branches.set(BRANCH, forged.sha);
    const { verdict } = await look({ subjects: { ...subjects, candidate: { ...candidate, ...forged } } });
    expect(verdict).toEqual({ kind: 'asks', why: `${forged.sha.slice(0, 7)} does not hold what merging head and base gives` }); // prettier-ignore
  });

  test('asks when the base has the work already', async () => {
    const { candidate } = subjects;
    if (!candidate) throw new Error('no candidate');
    const base = scene.world.repository.commit(scene.world.repository.read(m).files, [candidate.base]).sha;
    scene.world.repository.branches.set('main', base);
    const synced = await scene.ports.workspaces.sync({ repo: 'demo', key: 'ORCH-53', head: scene.head, base });
    if (synced.kind !== 'candidate') throw new Error('conflict');
    const { sha } = synced.candidate;
    scene.world.repository.branches.set(BRANCH, sha);
    const { verdict } = await look({ subjects: { ...subjects, candidate: synced.candidate } });
    expect(verdict).toEqual({ kind: 'asks', why: `${sha.slice(0, 7)} adds nothing to the base: is the work there already?` }); // prettier-ignore
  });

  test('hears a person who asks for changes at M', async () => {
    scene.world.clock += 1;
    scene.reviews('ada', 'request-changes', m);
    expect((await look()).verdict).toEqual({ kind: 'fail', findings: [{ text: 'Not yet.' }] });
  });

  test('waits while the project is frozen', async () => {
    scene.world.freeze = { by: 'ada', reason: 'release week' };
    expect((await look()).verdict).toEqual({ kind: 'pending', for: 'the end of the freeze by ada: release week' });
    scene.world.freeze = undefined;
    expect((await look()).verdict.kind).toBe('pass');
  });
});

describe('staging', () => {
  const check = (id: string, category: CheckResult['category'], outcome: CheckResult['outcome']) =>
    scene.world.release.checks.push({ id, category, outcome, detail: `${id} says ${outcome}` });
  const look = () => scene.look('staging', { stage: row, subjects });

  test('passes on the release it deployed', async () => {
    check('C1', 'real', 'pass');
    expect((await look()).verdict.kind).toBe('pass');
  });

  test('a sandbox check is waived under tolerance and asks with the switch off', async () => {
    await given({ sandboxChecks: ['C9a'] });
    check('C9a', 'sandbox-infra', 'fail');
    expect((await look()).verdict).toMatchObject({ kind: 'waived', waiver: { checks: ['C9a'] } });
    scene.world.off.add('CONVEYOR_STAGING_INFRA_TOLERANCE_ENABLED');
    expect((await look()).verdict.kind).toBe('asks');
  });

  test('no results are trouble, not a verdict', async () => {
    await expect(look()).rejects.toMatchObject({ type: 'Staging.NoResults', trouble: 'transient' });
  });

  test('a real check that could not run is trouble, unless another one failed', async () => {
    check('C1', 'real', 'error');
    await expect(look()).rejects.toMatchObject({ type: 'Staging.Internal', message: expect.stringContaining('C1') });
    check('C2', 'real', 'fail');
    expect((await look()).verdict).toEqual({ kind: 'fail', findings: [{ text: 'C2 says fail', where: 'C2' }] });
  });

  test('another deployment makes it stale, and nothing is checked', async () => {
    const running = scene.world.release.running.get('demo/staging');
    Object.assign(running ?? {}, { deployId: 'd2' });
    expect((await look()).verdict.kind).toBe('stale');
    expect(scene.world.calls).not.toContain('environments.check');
  });

  test('a deployment during the checks makes their results somebody else’s', async () => {
    check('C1', 'real', 'fail');
    const { running } = scene.world.release;
    const { environments } = scene.ports;
    const checked = environments.check.bind(environments);
    scene.ports.environments = new Proxy(environments, {
      get: (target, key) =>
        key === 'check'
          ? (about: Parameters<typeof checked>[0]) => {
              const before = running.get('demo/staging');
              if (before) running.set('demo/staging', { ...before, deployId: 'd2' });
              return checked(about);
            }
          : Reflect.get(target, key),
    });
    expect((await look()).verdict.kind).toBe('stale');
  });
});

describe('fresh', () => {
  const look = (entries: Passed[]) =>
    scene.look('fresh', { stage: row, subjects, passed: entries, landed: { candidate: m, base: 'b' } });
  const land = () => scene.world.repository.branches.set('main', m);

  test('passes when registry, base tip and staging agree on M', async () => {
    land();
    expect((await look([passed('staging', 'staged')])).verdict.kind).toBe('pass');
  });

  test('staging that passed an earlier deployment proves nothing', async () => {
    land();
    const earlier = { ...passed('staging', 'staged'), subject: { kind: 'staged' as const, id: 'demo/staging/x/d0' } };
    expect((await look([earlier])).verdict.kind).toBe('fail');
  });

  test('another gate that passed the same release is not staging', async () => {
    land();
    expect((await look([passed('health', 'staged')])).verdict.kind).toBe('fail');
  });

  test('a base that is not M fails, and with the switch off is only said', async () => {
    expect((await look([passed('staging', 'staged')])).verdict.kind).toBe('fail');
    scene.world.off.add('CONVEYOR_IMAGE_FRESHNESS_ENABLED');
    expect((await look([passed('staging', 'staged')])).verdict).toMatchObject({
      kind: 'pass',
      evidence: ['image freshness is only reported: its switch is off', expect.stringContaining('the base tip is'), expect.any(String), 'policy v1'], // prettier-ignore
    });
  });

  test.each([
    ['that is listed is stopped', ['demo'], 'fail'],
    ['that the list leaves out is only reported', ['another'], 'pass'],
    ['is stopped while there is no list', undefined, 'fail'],
  ] as const)('a repository %s', async (_what, repositories, kind) => {
    if (repositories) scene.world.lists.set('CONVEYOR_IMAGE_FRESHNESS_REPOS', repositories);
    expect((await look([passed('staging', 'staged')])).verdict.kind).toBe(kind);
    scene.world.off.add('CONVEYOR_IMAGE_FRESHNESS_ENABLED');
    expect((await look([passed('staging', 'staged')])).verdict.kind).toBe('pass');
  });

  test('is about the registry as it is now', async () => {
    land();
    scene.world.release.registry.length = 0;
    expect((await look([passed('staging', 'staged')])).verdict.kind).toBe('fail');
  });
});

describe('health', () => {
  const watch = async (seconds: number, health?: HealthMemory) => {
    scene.world.clock += seconds * 1_000;
    const landed = { candidate: m, base: 'b' };
    return scene.look('health', { stage: row, subjects, landed, ...(health ? { health } : {}) });
  };

  test('carries what it saw from look to look and passes at the window’s end', async () => {
    const first = await watch(0);
    expect(first.verdict).toMatchObject({ kind: 'pending', until: scene.world.clock + 60_000 });
    const second = await watch(30, first.health);
    expect(second.verdict.kind).toBe('pending');
    expect((await watch(30, second.health)).verdict.kind).toBe('pass');
  });

  test('is dated by the workflow’s time, not by the clock of the worker, which may jump', async () => {
    const landed = { candidate: m, base: 'b' };
    const first = await scene.look('health', { stage: row, subjects, landed, at: 1_000 });
    expect(first).toMatchObject({ verdict: { kind: 'pending', until: 61_000 }, health: { firstGoodAt: 1_000 } });
    scene.world.clock += 3_600_000;
    const again = { stage: row, subjects, landed, ...(first.health ? { health: first.health } : {}) };
    expect((await scene.look('health', { ...again, at: 31_000 })).verdict.kind).toBe('pending');
    expect((await scene.look('health', { ...again, at: 61_000 })).verdict.kind).toBe('pass');
  });

  test('no answer three times in a row is red, not trouble', async () => {
    const first = await watch(0);
    scene.world.release.running.delete('demo/production');
    const second = await watch(10, first.health);
    const third = await watch(10, second.health);
    const fourth = await watch(10, third.health);
    expect([second, third, fourth].map(({ verdict }) => verdict.kind)).toEqual(['pending', 'pending', 'fail']);
  });

  test('a timer’s look while timers are off keeps what was seen', async () => {
    const { health } = await watch(0);
    scene.world.off.add('CONVEYOR_GATE_TIMERS_ENABLED');
    const landed = { candidate: m, base: 'b' };
    const off = await scene.look('health', {
      stage: row,
      subjects,
      landed,
      wokenBy: 'timer',
      ...(health ? { health } : {}),
    });
    expect(off.health).toEqual(health);
  });
});
