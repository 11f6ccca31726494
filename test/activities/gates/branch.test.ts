import { beforeEach, describe, expect, test } from 'vitest';
import { GATE_NAMES } from '../../../domain/pipeline.ts';
import type { Scene } from './scene.ts';
import { BRANCH, createScene, DOCUMENT } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});

describe('before landing, whatever the gate', () => {
  test.each(GATE_NAMES)('%s is stale when somebody pushed, and names the new head and documents', async (gate) => {
    scene.says(scene.head, 'test', 'failure');
    const pushed = scene.world.repository.push(BRANCH, { 'src/greet.ts': 'hello!' });
    const { verdict } = await scene.look(gate);
    expect(verdict).toEqual({
      kind: 'stale',
      why: `somebody pushed ${pushed.slice(0, 7)} to ${BRANCH}, where ${scene.head.slice(0, 7)} was`,
      subjects: { head: pushed, documents: scene.documents },
    });
  });

  test('an edited document gets a new hash', async () => {
    scene.world.repository.push(BRANCH, { [DOCUMENT]: '# Another analysis\n' });
    const { verdict } = await scene.look('approval');
    expect(verdict.kind === 'stale' && verdict.subjects.documents).not.toBe(scene.documents);
  });

  test('a deleted branch asks', async () => {
    scene.world.repository.branches.delete(BRANCH);
    const why = `the branch ${BRANCH} is gone from demo: restore it, or abort the task`;
    expect((await scene.look('ci')).verdict).toEqual({ kind: 'asks', why });
  });

  test.each([
    ['closed', 'pull request #1 was closed by hand: reopen it, or abort the task'],
    ['merged', 'pull request #1 was merged by hand, before staging accepted it'],
  ] as const)('a pull request %s by hand asks, however green it is', async (state, why) => {
    scene.says(scene.head, 'test', 'success');
    Object.assign(scene.world.forge.pullRequests[0] ?? {}, { state });
    expect((await scene.look('ci')).verdict).toEqual({ kind: 'asks', why });
  });

  test('the branch is expected at our own merge once there is one', async () => {
    const base = scene.world.repository.push('main', { 'other.md': 'x' });
    const synced = await scene.ports.workspaces.sync({ repo: 'demo', key: 'ORCH-53', head: scene.head, base });
    if (synced.kind !== 'candidate') throw new Error('conflict');
    const { candidate } = synced;
    scene.world.repository.branches.set(BRANCH, candidate.sha);
    const subjects = { head: scene.head, documents: scene.documents, candidate };
    scene.says(scene.head, 'test', 'success');
    expect((await scene.look('ci', { subjects })).verdict.kind).toBe('pass');
  });
});

test('after landing the branch is nobody’s business any more', async () => {
  scene.world.repository.branches.delete(BRANCH);
  const released = { environment: 'demo/production', digest: 'sha256:1', deployId: 'd' };
  const answer = await scene.look('health', {
    subjects: { head: scene.head, released },
    landed: { candidate: scene.head, base: 'b' },
  });
  expect(answer.verdict.kind).toBe('pending');
});

describe('a gate without a subject never passes', () => {
  test.each([
    ['merge', 'asks', 'merge has nothing to judge: the task has no candidate'],
    ['staging', 'asks', 'staging has nothing to judge: the task has no staged'],
    ['tests', 'inconclusive', 'tests has nothing to judge: the task has no head'],
  ] as const)('%s: %s', async (gate, kind, why) => {
    expect((await scene.look(gate, { subjects: {} })).verdict).toEqual({ kind, why });
  });

  test('a subject the task no longer has is none', async () => {
    scene.says(scene.head, 'test', 'success');
    const { verdict } = await scene.look('ci', { subject: { kind: 'head', id: 'f00' } });
    expect(verdict.kind).toBe('asks');
  });
});
