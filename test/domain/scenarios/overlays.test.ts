import { describe, expect, it } from 'vitest';
import { describe as sentenceOf } from '../../../domain/describe.ts';
import { DEFAULT_PIPELINE } from '../../../domain/default-pipeline.ts';
import { approved } from '../support/approved.ts';
import { deliver } from '../support/deliver.ts';
import type { Delivery, DeliveryOptions } from '../support/deliver.ts';
import { meanwhile, red, times } from '../support/script.ts';
import { baseTip } from '../support/world.ts';

/** Every gate, role and action of the default table in the order of delivery. */
const BEFORE_LANE = [
  'analyst',
  'approval',
  'architect',
  'artifacts',
  'developer',
  'ci',
  'protected-paths',
  'reviewer',
  'review',
  'tester',
  'tests',
];
const IN_LANE = ['sync', 'merge', 'candidate', 'staging', 'land'];
const AFTER_LANDING = ['fresh', 'promote', 'health'];
const BEFORE_LANDING = [...BEFORE_LANE, ...IN_LANE];

const held = { kind: 'held', by: 'pat' } as const;
const paused = { kind: 'paused', by: 'ops' } as const;
const abort = { kind: 'abort-asked', by: 'ops' } as const;
const OVERLAYS = [
  { what: 'held', put: held, lift: { kind: 'unheld', by: 'pat' } as const },
  { what: 'paused', put: paused, lift: { kind: 'resumed', by: 'ops' } as const },
];

/** Stopped before the first step of this name. */
function upTo(name: string, options: DeliveryOptions = {}): Delivery {
  const task = deliver(options);
  task.goTo(name);
  return task.state.question ? finishTo(task, name) : task;
}

function finishTo(task: Delivery, name: string): Delivery {
  task.decide('approve');
  task.goTo(name);
  return task;
}

/** On to the end, the documents approved on the way. */
function finish(task: Delivery): Delivery['state'] {
  task.go();
  if (task.state.question?.cause === 'approval') task.decide('approve');
  return task.go();
}

/** All that may still happen while nothing may start. */
function quietLines(task: Delivery, from: number): string[] {
  return task.trace.slice(from).filter((line) => line !== 'lane release given up');
}

describe.each(OVERLAYS)('a task that is $what', ({ what, put, lift }) => {
  it.each(BEFORE_LANDING)('before %s starts nothing, gives the lane up, and goes on when it is lifted', (name) => {
    const task = upTo(name);
    task.send(put);
    const from = task.trace.length;
    for (let look = 0; look < 5; look++) {
      task.go();
      expect(task.next()).toMatchObject({ kind: 'wait', why: what, ms: 3_600_000 });
      task.look('forge');
    }
    expect(quietLines(task, from)).toEqual([]);
    expect(task.state.lease).toBeUndefined();
    expect(task.state.position.stage).toBe(IN_LANE.includes(name) ? 'deploy-staging' : task.state.position.stage);
    expect(sentenceOf(DEFAULT_PIPELINE, task.state)).toMatch(new RegExp(`^${what} by ${put.by}`));

    task.send(lift);
    expect(finish(task).end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger).toMatchObject({ total: 0, stale: 0, agentRuns: 5 });
  });

  it.each(BEFORE_LANE)('while %s runs lets it finish, keeps what it made, and starts nothing after it', (name) => {
    const task = upTo(name, { script: { [name]: [meanwhile(({ send }) => send(put))] } });
    const from = task.trace.length + 1;
    task.go();
    expect(quietLines(task, from)).toHaveLength(1);
    expect(quietLines(task, from)[0]).toMatch(/→ (pass$|asks: Approve)/);

    task.send(lift);
    expect(finish(task).end).toMatchObject({ outcome: 'done' });
    expect(task.state.ledger.agentRuns).toBe(5);
  });

  it.each(AFTER_LANDING)('before %s, after landing, is delivered first', (name) => {
    const task = upTo(name);
    task.send(put);
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('while land runs is delivered first', () => {
    const task = approved({ script: { land: [meanwhile(({ send }) => send(put))] } });
    expect(task.state.end).toMatchObject({ outcome: 'done' });
  });

  it('after landing, when production turns red, is taken back first and only then stands still', () => {
    const task = upTo('promote', { script: { health: [red('production answers 500')] } });
    task.send(put);
    task.go();
    expect(task.trace.slice(-3)).toEqual([
      'deploy · restore → pass',
      'deploy · revert → pass',
      'lane release given up',
    ]);
    expect(task.next()).toMatchObject({ kind: 'wait', why: what });
    expect(task.state.position).toMatchObject({ stage: 'development', phase: 'work' });

    task.send(lift);
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('with a question open sends nothing more, keeps the question, and carries the answer out afterwards', () => {
    const task = approved({ script: { ci: times(3, red('unit is red')) } });
    task.send(put);
    expect(task.next()).toMatchObject({ kind: 'wait', why: what });
    expect(task.state.question).toMatchObject({ number: 2, cause: 'cap' });
    task.decide('retry');
    task.go();
    expect(task.next()).toMatchObject({ kind: 'wait', why: what });

    task.send(lift);
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });

  it('while a question is being opened asks only afterwards', () => {
    const task = approved({ script: { ci: [red('a'), red('a'), ({ send }) => (send(put), red('a'))] } });
    expect(task.lines('question')).toHaveLength(1);
    expect(task.state.question).toMatchObject({ number: 2, told: 'not-yet' });
    task.send(lift);
    task.go();
    expect(task.lines('question')).toHaveLength(2);
  });
});

describe('a task that is aborted', () => {
  it.each(BEFORE_LANDING)(
    'before %s ends at once: the lane is freed, the card is Cancelled, the base untouched',
    (name) => {
      const task = upTo(name);
      const from = task.trace.length;
      task.send(abort);
      task.go();
      expect(task.trace.slice(from + 1)).toEqual([
        ...(IN_LANE.includes(name) && name !== 'sync' ? ['lane release given up'] : []),
        ...(name === 'sync' ? ['lane release given up'] : []),
        'card → cancelled',
        'aborted',
      ]);
      expect(task.state.end).toMatchObject({ outcome: 'aborted', by: 'ops' });
      expect(baseTip(task.world)).toBe('base-0');
    },
  );

  it('while an agent runs stops it: nothing it says counts any more', () => {
    const task = approved({ script: { developer: [meanwhile(({ send }) => send(abort))] } });
    expect(task.trace.slice(-3)).toEqual(['ops: abort-asked', 'card → cancelled', 'aborted']);
    expect(task.state.counters.attempt).toBe(2);
  });

  it.each(['sync', 'candidate'])(
    'while %s runs is judged on its result: the action finishes, then the task ends',
    (name) => {
      const task = approved({ script: { [name]: [meanwhile(({ send }) => send(abort))] } });
      expect(task.lines(name)).toEqual([`deploy-staging · ${name} → pass`]);
      expect(task.trace.slice(-3)).toEqual(['lane release given up', 'card → cancelled', 'aborted']);
    },
  );

  it.each(['land', ...AFTER_LANDING])('at %s is asked about when production is proven: finish is done', (name) => {
    const task = approved({ script: { [name]: [meanwhile(({ send }) => send(abort))] } });
    expect(task.state.question).toMatchObject({ cause: 'cancelled', answers: ['retry', 'revert'], told: 'told' });
    expect(task.state.question?.why).toBe(
      'ops asked to cancel after this landed, and it runs in production: finish or revert?',
    );
    const health = task.lines('health');
    task.look();
    expect(task.lines('health')).toEqual(health);
    task.decide('retry');
    expect(task.go().end).toEqual({ outcome: 'done', at: expect.any(Number) });
    expect(task.world.production?.digest).toBe(`sha256:${baseTip(task.world)}`);
    expect(task.state.ledger).toMatchObject({ total: 0, bounces: {} });
  });

  it.each(['land', 'health'])('at %s and reverted: production first, then the base, and it ends aborted', (name) => {
    const task = approved({ script: { [name]: [meanwhile(({ send }) => send(abort))] } });
    task.decide('revert');
    task.go();
    expect(task.trace.slice(-6)).toEqual([
      'card → entry',
      'deploy · restore → pass',
      'deploy · revert → pass',
      'lane release given up',
      'card → cancelled',
      'aborted',
    ]);
    expect(task.state.end).toMatchObject({ outcome: 'aborted', by: 'ops' });
    expect(task.world.production?.digest).toBe('sha256:old');
    expect(task.state.ledger).toMatchObject({ total: 0, bounces: {} });
  });

  it.each(['land', 'fresh', 'promote'])(
    'at %s takes everything back when production is red, and ends there',
    (name) => {
      const task = approved({
        script: { [name]: [meanwhile(({ send }) => send(abort))], health: [red('production answers 500')] },
      });
      expect(task.trace.slice(-5)).toEqual([
        'deploy · restore → pass',
        'deploy · revert → pass',
        'lane release given up',
        'card → cancelled',
        'aborted',
      ]);
      expect(task.state.end).toMatchObject({ outcome: 'aborted', by: 'ops' });
      expect(task.state.landed).toBeUndefined();
      expect(task.world.production?.digest).toBe('sha256:old');
    },
  );

  it('while held or paused ends at once', () => {
    const task = upTo('staging');
    task.send(held);
    task.send(paused);
    task.go();
    task.send(abort);
    expect(task.go().end).toMatchObject({ outcome: 'aborted' });
  });
});

describe('the lane', () => {
  it('is given up for a question, and the answer comes after it is taken again and sync, merge and candidate repeated', () => {
    const task = approved({ script: { staging: [{ kind: 'asks', why: 'only sandbox checks failed' }] } });
    expect(task.state.question).toMatchObject({ cause: 'asks', gate: 'staging', lane: 'give-up' });
    expect(task.state.lease).toBeUndefined();
    expect(task.state.position).toMatchObject({ stage: 'deploy-staging', phase: 'prepare' });

    task.decide('retry');
    const from = task.trace.length;
    task.go();
    expect(task.trace.slice(from, from + 6)).toEqual([
      'card → entry',
      'lane release taken',
      'deploy-staging · sync → pass',
      'deploy-staging · merge → pass',
      'deploy-staging · candidate → pass',
      'deploy-staging · staging → pass',
    ]);
  });

  it('does not cost a person the acceptance: the same bytes deployed once more keep it', () => {
    const asks = { kind: 'asks', why: 'only sandbox checks failed' } as const;
    const task = approved({ script: { staging: [asks, asks] } });
    task.decide('accept', 'the sandbox is down for everybody');
    task.go();
    expect(task.lines('staging ·').at(-1)).toMatch(/^deploy-staging · staging → waived: waived by pat/);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
  });

  it('loses the acceptance with the bytes: a base that moved meanwhile makes another candidate', () => {
    const asks = { kind: 'asks', why: 'only sandbox checks failed' } as const;
    const moves = meanwhile(({ world }) => {
      const tip = baseTip(world);
      world.commits.set('other-1', {
        sha: 'other-1',
        tree: 'tree:other-1',
        documents: 'none',
        contains: [tip, 'other-1'],
        parents: [tip],
      });
      world.branches.set(world.base, 'other-1');
    });
    const task = approved({ script: { staging: [asks, asks], 'release-lane': [moves] } });
    task.decide('accept', 'the sandbox is down for everybody');
    task.go();
    expect(task.state.question).toMatchObject({ number: 3, cause: 'asks', gate: 'staging' });
  });
});
