import { describe, expect, it } from 'vitest';
import { approved } from '../support/approved.ts';
import { meanwhile, red, reports, times, USUAL } from '../support/script.ts';
import type { Moment } from '../support/script.ts';
import { branchOf } from '../../../domain/state.ts';
import { moveBase, pushBy } from '../support/world.ts';

const pushes = (sha: string) => meanwhile(({ world, state }: Moment) => pushBy(world, branchOf(state), sha));

describe("a person's push", () => {
  it('during testing: ci is read before any agent runs, then reviewer and tester judge the new head, uncharged', () => {
    const task = approved({ script: { tester: [pushes('pat-1')] } });

    expect(task.lines('development', 'review ·', 'testing')).toMatchInlineSnapshot(`
      [
        "development · developer #3 → pass",
        "development · ci → pass",
        "development · protected-paths → pass",
        "review · reviewer #4 → pass",
        "review · review → pass",
        "testing · tester #5 → pass",
        "testing · tests → stale: somebody pushed pat-1",
        "development · ci → pass",
        "development · protected-paths → pass",
        "review · review → inconclusive: our reviewer has not judged pat-1",
        "review · reviewer #6 → pass",
        "review · review → pass",
        "testing · tests → inconclusive: the test report is about develop, not about pat-1",
        "testing · tester #7 → pass",
        "testing · tests → pass",
      ]
    `);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, stale: 1, inconclusive: {}, agentRuns: 7 });
    expect(task.state.landed).toBeUndefined();
    expect(task.state.subjects.head).toBe('pat-1');
  });

  it('whose ci is red goes to the developer with the findings, on top of that push', () => {
    const task = approved({ script: { tester: [pushes('pat-1')], ci: [USUAL, red('unit is red')] } });

    expect(task.lines('development', 'testing').slice(3)).toEqual([
      'testing · tester #5 → pass',
      'testing · tests → stale: somebody pushed pat-1',
      'development · ci → fail: unit is red',
      'development · developer #6 → pass',
      'development · ci → pass',
      'development · protected-paths → pass',
      'testing · tester #8 → pass',
      'testing · tests → pass',
    ]);
    expect(task.world.commits.get('developer-6')?.parents).toEqual(['pat-1']);
  });

  it("while the developer works: the developer's push is refused, kept on a side ref, and the next run is told", () => {
    const task = approved({ script: { developer: [pushes('pat-1')] } });

    expect(task.lines('development')).toEqual([
      'development · developer #3 → stale: somebody pushed pat-1 while the developer worked',
      'development · developer #4 → pass',
      'development · ci → pass',
      'development · protected-paths → pass',
    ]);
    expect(task.world.commits.get('developer-4')?.parents).toEqual(['pat-1']);
    expect(task.state.ledger).toMatchObject({ total: 0, stale: 1 });
  });

  it('names the side ref for the next run only', () => {
    const seen: (string | undefined)[] = [];
    const look = meanwhile(({ state }) => seen.push(state.sideRef));
    approved({
      script: {
        developer: [pushes('pat-1'), look, look],
        tester: [reports('crash')],
      },
    });
    expect(seen).toEqual(['refs/conveyor/developer-3', undefined]);
  });

  it('that changes the documents asks for their approval again', () => {
    const change = { documents: 'docs:pat' };
    const edit = meanwhile(({ world, state }) => pushBy(world, branchOf(state), 'pat-1', change));
    const task = approved({ script: { reviewer: [edit] } });

    expect(task.state.question).toMatchObject({ cause: 'approval', stage: 'analysis', subject: { id: 'docs:pat' } });
    task.decide('approve');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, stale: 1 });
  });

  it('onto the merged branch, before landing, goes back to the earliest stage that no longer holds', () => {
    const task = approved({ script: { candidate: [pushes('pat-1')] } });

    expect(task.lines('deploy', 'development ·', 'lane', 'review ·').slice(4)).toMatchInlineSnapshot(`
      [
        "review · review → pass",
        "lane release taken",
        "deploy-staging · sync → pass",
        "deploy-staging · merge → pass",
        "deploy-staging · candidate → pass",
        "deploy-staging · staging → stale: somebody pushed pat-1",
        "lane release given up",
        "development · ci → pass",
        "development · protected-paths → pass",
        "review · review → inconclusive: our reviewer has not judged pat-1",
        "review · reviewer #8 → pass",
        "review · review → pass",
        "lane release taken",
        "deploy-staging · sync → pass",
        "deploy-staging · merge → pass",
        "deploy-staging · candidate → pass",
        "deploy-staging · staging → pass",
        "deploy · land → pass",
        "deploy · fresh → pass",
        "deploy · promote → pass",
        "deploy · health → pass",
        "lane release given up",
      ]
    `);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, stale: 1 });
  });

  it('again and again is a question at the fifth', () => {
    const task = approved({ script: { tests: [1, 2, 3, 4, 5].map((n) => pushes(`pat-${n}`)) } });
    expect(task.state.question).toMatchObject({ cause: 'stale', stage: 'testing' });
    expect(task.state.ledger).toMatchObject({ stale: 5, total: 0 });

    task.decide('retry');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger.stale).toBe(0);
  });
});

describe('a base that moves', () => {
  it('at landing goes back to the first row of the lane: sync, merge and candidate again, the lane kept', () => {
    const task = approved({ script: { land: [meanwhile(({ world }) => moveBase(world, 'other-1'))] } });

    expect(task.lines('deploy', 'lane', 'agent')).toMatchInlineSnapshot(`
      [
        "lane release taken",
        "deploy-staging · sync → pass",
        "deploy-staging · merge → pass",
        "deploy-staging · candidate → pass",
        "deploy-staging · staging → pass",
        "deploy · land → stale: main moved to other-1",
        "deploy-staging · sync → pass",
        "deploy-staging · merge → pass",
        "deploy-staging · candidate → pass",
        "deploy-staging · staging → pass",
        "deploy · land → pass",
        "deploy · fresh → pass",
        "deploy · promote → pass",
        "deploy · health → pass",
        "lane release given up",
      ]
    `);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, stale: 1, agentRuns: 5 });
    expect(task.state.subjects.candidate?.sha).toBe('developer-3+other-1');
  });

  it('keeps what was judged for the head: no agent runs for a merge of ours', () => {
    const task = approved({
      script: {
        merge: times(
          2,
          meanwhile(({ world, now }) => moveBase(world, `other-${now}`)),
        ),
      },
    });
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger.agentRuns).toBe(5);
  });

  it('and conflicts is a finding for the developer', () => {
    const task = approved({ script: { sync: [red('merging main conflicts in price.ts')] } });
    expect(task.lines('sync', 'developer', 'lane')).toEqual([
      'development · developer #3 → pass',
      'lane release taken',
      'deploy-staging · sync → fail: merging main conflicts in price.ts',
      'lane release given up',
      'development · developer #7 → pass',
      'lane release taken',
      'deploy-staging · sync → pass',
      'lane release given up',
    ]);
    expect(task.state.ledger.bounces).toEqual({ 'deploy-staging/merge': 1 });
  });
});
