import { describe, expect, it } from 'vitest';
import { pending } from '../../../domain/verdict.ts';
import { approved, approvedUpTo } from '../support/approved.ts';
import { deliver } from '../support/deliver.ts';
import { outage, red, times, USUAL } from '../support/script.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('trouble with an integration', () => {
  it.each([
    { where: 'a gate', script: { ci: times(30, outage()) } },
    { where: 'an agent', script: { developer: times(30, outage('Workspaces')) } },
    { where: 'an action', script: { candidate: times(30, outage('Registry')) } },
    { where: 'landing', script: { land: times(30, outage()) } },
    { where: 'the watch over production', script: { health: times(30, outage('Production', 'auth')) } },
    { where: 'writing a question', script: { ask: times(30, outage('Plane')) } },
    { where: 'writing the card', script: { 'write-card': times(30, outage('Plane', 'config')) } },
    { where: 'giving the lane up', script: { 'release-lane': times(30, outage('Temporal')) } },
  ])('at $where costs tries, never a bounce, and asks nobody', ({ script }) => {
    const task = approved({ script });

    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ tries: 30, total: 0, bounces: {}, inconclusive: {}, stale: 0 });
    expect(task.state.ledger.agentRuns).toBe(5);
    expect(task.state.counters.question).toBe(1);
    expect(task.state.trouble).toBeUndefined();
  });

  it('is told as trouble, not as a judged no, and looked at every five minutes', () => {
    const task = approvedUpTo('ci', { script: { ci: times(3, outage()) } });
    task.once();
    expect(task.next()).toEqual({
      kind: 'wait',
      why: 'trouble',
      for: 'trouble with Gitea (Gitea.Unavailable): Gitea does not answer',
      ms: 5 * MINUTE,
    });
    expect(task.state.trouble).toMatchObject({ type: 'Gitea.Unavailable', class: 'transient' });
    expect(task.state.log.some(({ what }) => what === 'ci')).toBe(false);
  });

  it('never lets a pending gate reach its limit: an outage of ours does not time out a build', () => {
    const task = approved({ script: { ci: [pending('unit'), ...times(200, outage()), pending('unit'), USUAL] } });
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.counters.question).toBe(1);
  });

  it('of the card does not disturb the question that is open', () => {
    const task = deliver({ script: { card: times(5, outage('Plane')) } });
    task.go();
    for (let look = 0; look < 5; look++) {
      task.look();
      task.go();
    }
    task.decide('approve');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger.tries).toBe(5);
  });
});

describe('a pending gate', () => {
  it('is looked at again at distances that double up to the longest, and a nudge starts over', () => {
    const task = approvedUpTo('ci', { script: { ci: times(9, pending('unit')) } });
    task.once();
    const distances = times(7, 0).map(() => {
      const step = task.next();
      task.look();
      task.once();
      return step.kind === 'wait' ? step.ms / 1_000 : undefined;
    });
    expect(distances).toEqual([30, 60, 120, 240, 480, 600, 600]);
    task.look('forge');
    task.once();
    expect(task.next()).toMatchObject({ kind: 'wait', why: 'gate', for: 'waiting for unit', ms: 30_000 });
  });

  it('asks at its limit, goes on reading, and a conclusive verdict closes the question', () => {
    const task = approved({ script: { ci: [...times(40, pending('unit')), USUAL] } });
    expect(task.state.question).toMatchObject({ cause: 'limit', gate: 'ci', why: 'ci is still pending: unit' });
    expect(task.state.question?.answers).toEqual(['retry', 'accept', 'back', 'abort']);
    for (let look = 0; look < 40 && task.state.question; look++) {
      task.look();
      task.go();
    }
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.counters.question).toBe(2);
    expect(task.lines('question', 'card')).toEqual([
      'question 1 (approval): Approve the documents docs:an?',
      'card → entry',
      'question 2 (limit): ci is still pending: unit',
      'card → entry',
      'card → done',
    ]);
  });

  it('and red in the end is a bounce like any other', () => {
    const task = approved({ script: { ci: [...times(40, pending('unit')), red('unit is red')] } });
    for (let look = 0; look < 40 && task.state.question; look++) {
      task.look();
      task.go();
    }
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger.bounces).toEqual({ 'development/ci': 1 });
  });

  it('that was not read never reaches its limit', () => {
    const unread = { kind: 'pending', for: 'a nudge: timers are off', unread: true } as const;
    const task = approved({ script: { ci: [...times(300, unread), USUAL] } });
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.counters.question).toBe(1);
  });

  it('counts a wait that only the timer ended', () => {
    expect(approved({ script: { ci: [pending('unit'), USUAL] } }).state.ledger).toMatchObject({ healedByTimer: 1 });
  });

  it('at production is looked at in between, long before its window ends', () => {
    const task = approvedUpTo('health', { script: { health: [pending('the window to pass', 9 * HOUR)] } });
    task.once();
    expect(task.next()).toMatchObject({ kind: 'wait', why: 'gate', ms: 10_000 });
  });
});

describe("a provider's quota", () => {
  it('is waited for until it is back: nudges do not start the agent, and it costs nothing but the run', () => {
    const until = 50_000_000;
    const task = approvedUpTo('developer', { script: { developer: [pending("the provider's quota", until)] } });
    task.once();
    expect(task.next()).toMatchObject({ kind: 'wait', why: 'quota', until });
    for (const source of ['forge', 'tracker', 'forge'] as const) {
      task.look(source);
      expect(task.next()).toMatchObject({ kind: 'wait', why: 'quota', until });
    }
    task.go();
    expect(task.state.end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, inconclusive: {}, stale: 0 });
    expect(task.now).toBeGreaterThan(until);
  });

  it('is not cut short by trouble of the tracker', () => {
    const until = 50_000_000;
    const script = { developer: [pending("the provider's quota", until)], card: [outage('Plane')] };
    const task = approvedUpTo('developer', { script });
    task.once();
    task.look('tracker');
    expect(task.next()).toMatchObject({ kind: 'wait', why: 'quota', until });
    expect(task.state.ledger.tries).toBe(1);
  });

  it('of which nobody says when it is back is asked for after half an hour', () => {
    const task = approvedUpTo('developer', { script: { developer: [pending("the provider's quota")] } });
    task.once();
    expect(task.next()).toMatchObject({ kind: 'wait', why: 'quota', until: task.now + HOUR / 2 });
    task.look('forge');
    expect(task.next()).toMatchObject({ kind: 'wait', why: 'quota' });
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, inconclusive: {}, stale: 0 });
  });

  it.each([
    ['in the past', 1, 'trouble'],
    ['in seconds instead of milliseconds', 1_800_000, 'trouble'],
    ['in a thousand years', 9e15, 'day'],
  ] as const)(
    'that is said to be back %s neither runs agents in a circle nor waits for ever',
    (_when, until, bound) => {
      const task = approvedUpTo('developer', { script: { developer: [pending("the provider's quota", until)] } });
      task.once();
      const step = task.next();
      const wait = (step.kind === 'wait' ? (step.until ?? 0) : 0) - task.now;
      if (bound === 'trouble') expect(wait).toBeGreaterThanOrEqual(60_000);
      else expect(wait).toBeLessThanOrEqual(24 * HOUR);
      expect(wait).toBeGreaterThan(0);
    },
  );

  it('concerns agents only: an action that has to wait is looked at again after any nudge', () => {
    const task = approvedUpTo('land', { script: { land: [pending('the end of the freeze')] } });
    task.once();
    expect(task.next()).toMatchObject({ kind: 'wait', why: 'gate' });
    task.look('forge');
    expect(task.next()).toMatchObject({ kind: 'prepare', action: 'land' });
  });
});
