import { beforeEach, describe, expect, test } from 'vitest';
import { PortError } from '../../../activities/ports.ts';
import type { ProjectPolicy } from '../../../activities/ports.ts';
import type { Report } from '../../../domain/run.ts';
import type { Acceptance } from '../../../domain/verdict.ts';
import type { Scene } from './scene.ts';
import { BRANCH, createScene } from './scene.ts';

let scene: Scene;
async function given(policy: Partial<ProjectPolicy> = {}): Promise<void> {
  scene = await createScene(policy);
}
beforeEach(() => given());

const short = () => scene.head.slice(0, 7);
const analyst = { name: 'analyst', owes: 'documents' as const, documents: ['analysis.md'] };

describe('artifacts', () => {
  test('reads the documents of the row’s role at the head', async () => {
    const { verdict } = await scene.look('artifacts', { stage: { name: 'analysis', role: analyst } });
    expect(verdict).toMatchObject({ kind: 'pass', evidence: [`analysis.md of the analyst can be read at ${short()}`, `documents ${scene.documents}`, 'policy v1'] }); // prettier-ignore
  });

  test('another role’s documents are none', async () => {
    const role = { ...analyst, name: 'architect', documents: ['architecture.md'] };
    const { verdict } = await scene.look('artifacts', { stage: { name: 'architecture', role } });
    expect(verdict).toEqual({ kind: 'inconclusive', why: `no document of the architect at ${short()}` });
  });
});

describe('approval', () => {
  test('counts answers of the approvers only, as the policy names them now', async () => {
    await given({ approvers: ['ada'] });
    const subject = { kind: 'documents' as const, id: scene.documents };
    const approved = (by: string) => [{ subject, answer: 'approve' as const, by, at: 1 }];
    expect(await scene.look('approval', { approvals: approved('mallory') })).toMatchObject({
      verdict: { kind: 'asks' },
      approvers: ['ada'],
    });
    const passed = await scene.look('approval', { approvals: approved('ada') });
    expect(passed.verdict.kind).toBe('pass');
    expect(passed).not.toHaveProperty('approvers');
  });
});

describe('ci', () => {
  test('demands what configuration and the forge demand, on exactly the head', async () => {
    scene.world.forge.protection.contexts.push('build', 'test');
    scene.says(scene.head, 'test', 'success');
    scene.says('another', 'build', 'success');
    const { verdict } = await scene.look('ci');
    expect(verdict).toEqual({ kind: 'pending', for: `build (not reported) on ${short()}` });
    scene.says(scene.head, 'build', 'success');
    expect((await scene.look('ci')).verdict).toEqual({
      kind: 'pass',
      evidence: [`test and build green on ${short()}`, `head ${scene.head}`, 'policy v1'],
    });
  });

  test('trouble with the forge is thrown, never judged', async () => {
    scene.world.trouble.set('forge.statuses', new PortError('Gitea.Unavailable', 'The forge is away.'));
    await expect(scene.look('ci')).rejects.toMatchObject({ type: 'Gitea.Unavailable', trouble: 'transient' });
  });

  test('a base branch that does not exist is a mistake in the configuration', async () => {
    scene.world.repository.branches.delete('main');
    await expect(scene.look('protected-paths')).rejects.toMatchObject({
      type: 'Forge.NoBaseBranch',
      trouble: 'config',
    });
  });
});

describe('protected-paths', () => {
  const accepted = (over: Partial<Acceptance> = {}): Acceptance[] => [
    { gate: 'protected-paths', subject: { kind: 'head', id: scene.head }, reason: 'a new CI file', by: 'ada', ...over },
  ];

  test('a protected path fails, unless a person accepted it for exactly this head', async () => {
    await given({ protectedPaths: ['src/**'], acceptable: ['protected-paths'] });
    expect((await scene.look('protected-paths')).verdict.kind).toBe('fail');
    expect((await scene.look('protected-paths', { acceptances: accepted() })).verdict).toMatchObject({
      kind: 'waived',
      of: ['src/greet.ts may only be changed by a person (src/**)'],
      waiver: { by: 'ada', reason: 'a new CI file' },
    });
    const elsewhere = accepted({ subject: { kind: 'head', id: 'older' } });
    expect((await scene.look('protected-paths', { acceptances: elsewhere })).verdict.kind).toBe('fail');
    expect((await scene.look('protected-paths', { acceptances: accepted({ gate: 'ci' }) })).verdict.kind).toBe('fail');
  });

  test('an acceptance counts only where the policy allows it', async () => {
    await given({ protectedPaths: ['src/**'], acceptable: ['tests'] });
    expect((await scene.look('protected-paths', { acceptances: accepted() })).verdict.kind).toBe('fail');
  });
});

test('what proves the release cannot be accepted, even if a policy says so', async () => {
  await given({ acceptable: ['artifacts'] });
  const subject = { kind: 'documents' as const, id: scene.documents };
  const acceptances = [{ gate: 'artifacts', subject, reason: 'in a hurry', by: 'ada' }];
  const stage = { name: 'analysis', role: { ...analyst, documents: ['missing.md'] } };
  expect((await scene.look('artifacts', { stage, acceptances })).verdict.kind).toBe('inconclusive');
});

describe('review', () => {
  test('demands our reviewer and everybody whom configuration or the forge names', async () => {
    await given({ requiredReviewers: ['ada'] });
    scene.world.forge.protection.reviewers.push('bob');
    scene.reviews('conveyor-reviewer', 'approve', scene.head);
    expect((await scene.look('review')).verdict).toEqual({ kind: 'pending', for: `ada and bob to review ${short()}` });
    scene.reviews('ada', 'approve', scene.head);
    scene.reviews('bob', 'approve', scene.head);
    expect((await scene.look('review')).verdict.kind).toBe('pass');
  });

  test('the forge says who opened the pull request: their approval does not count', async () => {
    scene.reviews('conveyor-reviewer', 'approve', scene.head);
    Object.assign(scene.world.forge.pullRequests[0] ?? {}, { author: 'conveyor-reviewer' });
    expect((await scene.look('review')).verdict.kind).toBe('asks');
  });

  test('without a pull request there is no review', async () => {
    scene.reviews('conveyor-reviewer', 'approve', scene.head);
    const { verdict } = await scene.look('review', {}, ['pullRequest']);
    expect(verdict).toEqual({ kind: 'inconclusive', why: `our reviewer has not judged ${short()}` });
  });
});

describe('tests', () => {
  const report = (more: Partial<Report> = {}): Report => ({
    verdict: 'pass',
    summary: 'Works.',
    findings: [],
    head: scene.head,
    ...more,
  });

  test('our own command runs at the head, only after the tester passed it', async () => {
    await given({ testCommand: ['npm', 'test'] });
    scene.world.work.command = { exitCode: 1, output: 'not ok 1' };
    expect((await scene.look('tests', { report: report({ head: 'older' }) })).verdict.kind).toBe('inconclusive');
    expect(scene.world.work.ran).toEqual([]);
    const { verdict } = await scene.look('tests', { report: report() });
    expect(verdict).toEqual({
      kind: 'fail',
      findings: [{ text: 'npm test ended with 1:\nnot ok 1', where: 'npm test' }],
    });
    expect(scene.world.work.ran).toEqual([{ sha: scene.head, command: ['npm', 'test'] }]);
  });

  test('without a command the report is the evidence', async () => {
    expect((await scene.look('tests', { report: report() })).verdict.kind).toBe('pass');
    expect(scene.world.calls).not.toContain('workspaces.runIn');
  });
});

test('with timers switched off a look by timer reads nothing; a nudge still reads', async () => {
  scene.says(scene.head, 'test', 'success');
  scene.world.off.add('CONVEYOR_GATE_TIMERS_ENABLED');
  const { verdict } = await scene.look('ci', { wokenBy: 'timer' });
  expect(verdict).toEqual({ kind: 'pending', for: 'a nudge: timers are off', unread: true });
  expect(scene.world.calls.filter((call) => call !== 'switches.on')).toEqual([]);
  expect((await scene.look('ci', { wokenBy: 'nudge' })).verdict.kind).toBe('pass');
  scene.world.off.clear();
  expect((await scene.look('ci', { wokenBy: 'timer' })).verdict.kind).toBe('pass');
  expect(scene.world.repository.branches.get(BRANCH)).toBe(scene.head);
});
