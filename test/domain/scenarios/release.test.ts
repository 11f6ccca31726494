import { describe, expect, it } from 'vitest';
import { asks, fail, pending, stale } from '../../../domain/verdict.ts';
import { branchOf } from '../../../domain/state.ts';
import { approved, approvedUpTo } from '../support/approved.ts';
import { meanwhile, outage, red, times, USUAL } from '../support/script.ts';
import { baseTip, moveBase, read } from '../support/world.ts';

const sick = red('production answers 500');

describe('staging red', () => {
  const task = approved({ script: { staging: [red('C3 checkout fails')] } });

  it('goes to development on the same branch and pull request, frees the lane and leaves the base alone', () => {
    expect(task.lines('deploy', 'lane', 'development ·').slice(3, 11)).toMatchInlineSnapshot(`
      [
        "lane release taken",
        "deploy-staging · sync → pass",
        "deploy-staging · merge → pass",
        "deploy-staging · candidate → pass",
        "deploy-staging · staging → fail: C3 checkout fails",
        "lane release given up",
        "development · developer #8 → pass",
        "development · ci → pass",
      ]
    `);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.counters.branch).toBe(0);
    expect(task.state.pullRequest).toBe(7);
    expect(task.state.ledger.bounces).toEqual({ 'deploy-staging/staging': 1 });
  });

  it('continues from the candidate that staging refused: the head is the commit the branch stands at', () => {
    const other = approvedUpTo('staging', {
      script: {
        sync: [meanwhile(({ world }) => moveBase(world, 'other-1'))],
        staging: [red('C3 checkout fails')],
      },
    });
    const { subjects, passed } = other.goTo('developer');
    expect(passed.map(({ stage }) => stage)).toEqual(['analysis', 'analysis', 'architecture']);
    expect(subjects).toEqual({ documents: 'docs:architect-2', head: 'developer-3+other-1' });
    expect(other.go().end).toMatchObject({ outcome: 'done' });
    expect(other.world.commits.get('developer-8')?.parents).toEqual(['developer-3+other-1']);
  });
});

describe('health red', () => {
  it('restores, reverts, and delivers again on a new branch with the incident packet', () => {
    const task = approved({ script: { health: [sick] } });

    expect(task.trace.slice(task.trace.indexOf('deploy · land → pass'))).toMatchInlineSnapshot(`
      [
        "deploy · land → pass",
        "deploy · fresh → pass",
        "deploy · promote → pass",
        "deploy · health → fail: production answers 500",
        "deploy · restore → pass",
        "deploy · revert → pass",
        "lane release given up",
        "development · developer #12 → pass",
        "development · ci → pass",
        "development · protected-paths → pass",
        "review · reviewer #13 → pass",
        "review · review → pass",
        "testing · tester #14 → pass",
        "testing · tests → pass",
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
        "card → done",
        "done",
      ]
    `);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.counters.branch).toBe(1);
    expect(branchOf(task.state)).toBe('task/SHOP-1-add-a-discount-2');
    expect(task.state.ledger).toMatchObject({ bounces: { 'deploy/health': 1 }, total: 1 });
  });

  it('gives the developer the findings, the reverted work and a new pull request', () => {
    const task = approved({
      script: {
        health: [sick],
        developer: [
          USUAL,
          ({ state, world }) => {
            expect(state.findings).toEqual([{ text: 'production answers 500' }]);
            expect(state.subjects).toEqual({ documents: 'docs:architect-2', head: 'again-developer-3' });
            expect(state.pullRequest).toBeUndefined();
            expect(state.landed).toBeUndefined();
            expect(state.lease).toBeUndefined();
            expect(world.production?.digest).toBe('sha256:old');
            expect(read(world, baseTip(world)).tree).toBe('tree:base-0');
            return USUAL;
          },
        ],
      },
    });
    expect(task.state.pullRequest).toBe(8);
    expect(task.world.production?.digest).toBe(`sha256:${baseTip(task.world)}`);
  });

  it('twice looks at the cap only after production and the base are back, then asks', () => {
    const task = approved({ script: { health: [sick, sick] } });

    expect(task.lines('restore', 'revert', 'question', 'lane', 'health').slice(-6)).toMatchInlineSnapshot(`
      [
        "lane release taken",
        "deploy · health → fail: production answers 500",
        "deploy · restore → pass",
        "deploy · revert → pass",
        "question 2 (cap): health failed 2 times: production answers 500",
        "lane release given up",
      ]
    `);
    expect(task.state.question).toMatchObject({ cause: 'cap', gate: 'health', answers: ['retry', 'back', 'abort'] });
    expect(task.world.production?.digest).toBe('sha256:old');
    expect(task.state.lease).toBeUndefined();
    expect(task.state.landed).toBeUndefined();

    task.decide('retry', 'mind the migration');
    const { findings, words } = task.goTo('developer');
    expect(findings).toEqual([{ text: 'production answers 500' }]);
    expect(words).toEqual(['pat: mind the migration']);
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.state.counters.branch).toBe(2);
  });

  it('compensates whatever the caps say: the sixth bounce of the task is taken back first', () => {
    const task = approved({
      script: {
        ci: [red('a'), red('b')],
        'protected-paths': [],
        tests: [red('c'), red('d')],
        review: [red('e')],
        health: [sick],
      },
    });
    expect(task.state.ledger.total).toBe(6);
    expect(task.state.question).toMatchObject({
      cause: 'cap',
      why: 'sent back 6 times in all, now by health: production answers 500',
    });
    expect(task.lines('deploy ·').slice(-2)).toEqual(['deploy · restore → pass', 'deploy · revert → pass']);
  });

  it('after a failed deployment is the same as health red', () => {
    const task = approved({ script: { promote: [fail('production did not start')] } });
    expect(task.lines('promote', 'restore', 'revert')).toEqual([
      'deploy · promote → fail: production did not start',
      'deploy · restore → pass',
      'deploy · revert → pass',
      'deploy · promote → pass',
    ]);
    expect(task.state.ledger.bounces).toEqual({ 'deploy/health': 1 });
  });

  it('asks, lane kept, when the revert cannot land, and retry compensates again from there', () => {
    const task = approved({ script: { health: [sick], revert: [asks('main moved after landing')] } });
    expect(task.state.question).toMatchObject({
      cause: 'landed',
      why: 'main moved after landing',
      answers: ['retry', 'revert'],
    });
    expect(task.state.lease).toBeDefined();

    task.decide('retry');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.lines('restore')).toHaveLength(1);
    expect(task.state.ledger.bounces).toEqual({ 'deploy/health': 1 });
  });

  it('waits and tries again when compensation meets trouble or has to wait', () => {
    const script = {
      health: [sick],
      restore: [outage('Production'), pending('the deploy slot')],
      revert: times(3, outage()),
    };
    const task = approved({ script });
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ tries: 4, bounces: { 'deploy/health': 1 } });
  });
});

describe('a first release that turns red', () => {
  it('leaves production, asks operators, and takes the base back by decision', () => {
    const task = approved({ production: 'empty', script: { health: [sick] } });

    expect(task.state.question).toMatchObject({ cause: 'landed', stage: 'deploy', answers: ['retry', 'revert'] });
    expect(task.state.lease).toBeDefined();
    expect(task.world.production?.digest).toBe('sha256:developer-3');

    task.decide('revert', 'the migration was wrong');
    const { findings, words } = task.goTo('developer');
    expect(findings).toEqual([{ text: 'production answers 500' }]);
    expect(words).toEqual(['pat: the migration was wrong']);
    expect(task.state.ledger.bounces).toEqual({ 'deploy/health': 1 });
    expect(task.lines('restore', 'revert', 'question').slice(1)).toMatchInlineSnapshot(`
      [
        "deploy · restore → asks: nothing ran in production before, so nothing can be restored",
        "question 2 (landed): nothing ran in production before, so nothing can be restored",
        "pat: revert "the migration was wrong"",
        "deploy · revert → pass",
      ]
    `);
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });
});

describe('what has landed', () => {
  it('never goes back by itself when its evidence is stale: operators are asked, production is still watched', () => {
    const task = approved({ script: { health: [stale('production runs something else', {})] } });
    expect(task.state.question).toMatchObject({ cause: 'landed', gate: 'health', answers: ['retry', 'revert'] });
    expect(task.state.lease).toBeDefined();
    task.look();
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('is taken back by decision', () => {
    const task = approved({ script: { fresh: [red('the digest is not the built one')] } });
    expect(task.state.question).toMatchObject({ cause: 'landed', gate: 'fresh', answers: ['retry', 'revert'] });
    task.decide('revert');
    task.goTo('developer');
    expect(task.state.findings).toEqual([{ text: 'the digest is not the built one' }]);
    expect(read(task.world, baseTip(task.world)).tree).toBe('tree:base-0');
  });

  it('is watched on while a person is asked, and red meanwhile is taken back', () => {
    const script = { health: [...times(300, pending('the window to pass')), sick] };
    const task = approved({ script });
    expect(task.state.question).toMatchObject({ cause: 'landed', gate: 'health' });
    for (let look = 0; look < 300 && task.state.question; look++) {
      task.look();
      task.go();
    }
    expect(task.lines('restore', 'revert')).toEqual(['deploy · restore → pass', 'deploy · revert → pass']);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
  });
});
