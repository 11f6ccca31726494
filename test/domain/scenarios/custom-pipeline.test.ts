import { describe, expect, it } from 'vitest';
import { checkPipeline } from '../../../domain/check-pipeline.ts';
import { DEFAULT_PIPELINE, gateSettings } from '../../../domain/default-pipeline.ts';
import { OPERATORS } from '../../../domain/pipeline.ts';
import type { Pipeline } from '../../../domain/pipeline.ts';
import { asks } from '../../../domain/verdict.ts';
import { deliver } from '../support/deliver.ts';
import { meanwhile, red, times, USUAL } from '../support/script.ts';
import { pushBy } from '../support/world.ts';

/** Two people's table: no documents, a person approves the task's own diff right before it lands. */
const SMALL: Pipeline = {
  stages: [
    {
      name: 'build',
      enter: [],
      work: { kind: 'agent', role: 'coder' },
      leave: [gateSettings('ci', 'build', { cap: 2 })],
      onPass: 'judge',
      onFail: 'build',
      compensate: [],
    },
    {
      name: 'judge',
      enter: [gateSettings('protected-paths', 'build')],
      work: { kind: 'agent', role: 'critic' },
      leave: [gateSettings('review', 'build', { cap: 2 })],
      onPass: 'ship',
      onFail: 'build',
      compensate: [],
    },
    {
      name: 'ship',
      prepare: 'sync',
      enter: [gateSettings('merge', 'build'), gateSettings('approval', 'build')],
      work: { kind: 'action', action: 'candidate' },
      leave: [gateSettings('staging', 'build')],
      onPass: 'live',
      onFail: 'build',
      lane: 'main',
      compensate: [],
    },
    {
      name: 'live',
      prepare: 'land',
      enter: [gateSettings('fresh', 'build', { onFail: 'build' })],
      work: { kind: 'action', action: 'promote' },
      leave: [gateSettings('health', 'build')],
      onPass: 'done',
      onFail: 'build',
      lane: 'main',
      compensate: ['restore', 'revert'],
    },
  ],
  roles: { coder: { owes: 'changes', documents: [] }, critic: { owes: 'judgement', documents: [] } },
  caps: { bounces: 3, inconclusive: 2, stale: 2 },
  looks: DEFAULT_PIPELINE.looks,
};

const HOUR = 3_600_000;

describe('a table with other stages, roles and caps', () => {
  it('is a valid table', () => {
    expect(checkPipeline(SMALL)).toEqual([]);
  });

  it('is delivered by the same rules', () => {
    const task = deliver({ pipeline: SMALL });
    task.go();
    task.decide('approve');
    task.go();
    expect(task.trace).toMatchInlineSnapshot(`
      [
        "build · coder #1 → pass",
        "build · ci → pass",
        "judge · protected-paths → pass",
        "judge · critic #2 → pass",
        "judge · review → pass",
        "lane main taken",
        "ship · sync → pass",
        "ship · merge → pass",
        "ship · approval → asks: Approve the diff diff:co?",
        "question 1 (approval): Approve the diff diff:co?",
        "pat: approve",
        "card → entry",
        "ship · approval → pass",
        "ship · candidate → pass",
        "ship · staging → pass",
        "live · land → pass",
        "live · fresh → pass",
        "live · promote → pass",
        "live · health → pass",
        "lane main given up",
        "card → done",
        "done",
      ]
    `);
    expect(task.state.end).toMatchObject({ outcome: 'done' });
  });

  it('keeps its own caps: the second red ci asks, and so does the third bounce of the task', () => {
    const twice = deliver({ pipeline: SMALL, script: { ci: times(2, red('unit is red')) } });
    expect(twice.go().question).toMatchObject({ cause: 'cap', why: 'ci failed 2 times: unit is red' });

    const mixed = deliver({
      pipeline: SMALL,
      script: { ci: [red('unit'), USUAL], review: [red('naming')], merge: [red('x')] },
    });
    expect(mixed.go().question).toMatchObject({ cause: 'cap', why: 'sent back 3 times in all, now by merge: x' });
  });

  it('keeps the lane while a person looks at the diff, up to the limit of the approval', () => {
    const task = deliver({ pipeline: SMALL });
    task.go();
    expect(task.state.question).toMatchObject({ cause: 'approval', subject: { kind: 'diff' }, lane: 'keep' });
    for (let hours = 0; hours < 71; hours++) {
      task.look();
      task.go();
    }
    expect(task.state.lease).toBeDefined();
    const asked = task.now;
    for (let hours = 0; hours < 3; hours++) {
      task.look();
      task.go();
    }
    expect(task.now - asked).toBeLessThan(4 * HOUR);
    expect(task.state.lease).toBeUndefined();
    expect(task.state.question).toMatchObject({ number: 1, cause: 'approval' });

    task.decide('approve');
    const from = task.trace.length;
    expect(task.go().end).toMatchObject({ outcome: 'done' });
    expect(task.trace.slice(from, from + 5)).toEqual([
      'card → entry',
      'lane main taken',
      'ship · sync → pass',
      'ship · merge → pass',
      'ship · approval → pass',
    ]);
  });

  it('takes back what landed also when its enter gate sends to a stage', () => {
    const task = deliver({ pipeline: SMALL, script: { fresh: [red('another digest')] } });
    task.go();
    task.decide('approve');
    task.go();
    expect(task.lines('live', 'lane', 'coder').slice(2, 7)).toEqual([
      'live · land → pass',
      'live · fresh → fail: another digest',
      'live · restore → pass',
      'live · revert → pass',
      'lane main given up',
    ]);
  });

  it('does not walk past work that is still to be done when the gate before it finds a push', () => {
    const pushed = meanwhile(({ world, state }) => pushBy(world, state.spec.branch, 'pat-1'));
    const polished: Pipeline = {
      ...SMALL,
      caps: { ...SMALL.caps, stale: 3 },
      stages: SMALL.stages.map((row) =>
        row.name === 'judge'
          ? { ...row, work: { kind: 'agent', role: 'polisher' }, leave: [gateSettings('ci', 'build')] }
          : row,
      ),
      roles: { ...SMALL.roles, polisher: { owes: 'changes', documents: [] } },
    };
    const task = deliver({ pipeline: polished, script: { 'protected-paths': [pushed] } });
    task.go();
    expect(task.lines('judge', 'build')).toEqual([
      'build · coder #1 → pass',
      'build · ci → pass',
      'judge · protected-paths → stale: somebody pushed pat-1',
      'build · ci → pass',
      'judge · protected-paths → pass',
      'judge · polisher #2 → pass',
      'build · ci → pass',
      'judge · protected-paths → pass',
      'judge · ci → pass',
    ]);
  });

  it('asks operators at a row whose fail has nowhere to go back to', () => {
    const stages = SMALL.stages.map((row) => (row.name === 'build' ? { ...row, leave: [], onFail: OPERATORS } : row));
    const task = deliver({ pipeline: { ...SMALL, stages }, script: { coder: [red('no changes')] } });
    expect(task.go().question).toMatchObject({ cause: 'operators', stage: 'build', why: 'no changes' });
  });

  it('asks operators, and stays, when what landed could not be taken back by the table', () => {
    const stages = SMALL.stages.map((row) => ({ ...row, compensate: [] }));
    const task = deliver({ pipeline: { ...SMALL, stages }, script: { health: [red('down')] } });
    task.go();
    task.decide('approve');
    task.go();
    expect(task.state.question).toMatchObject({ cause: 'landed', gate: 'health', why: 'health failed: down' });
    expect(task.state.position.stage).toBe('live');
    expect(task.state.lease).toBeDefined();
  });

  it('stands where the work would go on when a taken-back release goes to operators', () => {
    const stages = SMALL.stages.map((row) =>
      row.name === 'live' ? { ...row, onFail: OPERATORS, leave: [gateSettings('health', OPERATORS)] } : row,
    );
    const task = deliver({
      pipeline: { ...SMALL, stages },
      script: { health: [red('down')], promote: [asks('the tag is taken')] },
    });
    task.go();
    task.decide('approve');
    task.go();
    task.decide('retry');
    task.go();
    expect(task.state.question).toMatchObject({ cause: 'operators', why: 'health failed: down' });
    expect(task.state.position.stage).toBe('build');
    expect(task.state.lease).toBeUndefined();
    task.decide('retry', 'again');
    task.go();
    if (task.state.question?.cause === 'approval') task.decide('approve');
    expect(task.go().end).toMatchObject({ outcome: 'done' });
  });
});
