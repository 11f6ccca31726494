import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PIPELINE, gateSettings } from '../../domain/default-pipeline.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { stageOf } from '../../domain/pipeline.ts';
import { provePipeline } from '../../domain/prove-pipeline.ts';
import { changed, gateIn, rowOf } from './table.ts';
import { walk } from './walk.ts';

function worstCaseOf(table: Pipeline): { agentRuns: number; explanation: string } {
  const proof = provePipeline(table);
  if (proof.kind !== 'proven') throw new Error(`broken: ${proof.path.join(' → ')}`);
  return proof.worstCase;
}

test('the default table is proven, and costs at most 132 agent runs until somebody has to be asked', () => {
  expect(provePipeline(DEFAULT_PIPELINE)).toEqual({
    kind: 'proven',
    nodes: 117,
    waits: 94,
    worstCase: {
      agentRuns: 132,
      explanation:
        "18 from the first stage to done, 50 for 5 bounces (5 × 10), 64 for 4 stale answers of at most 16; inconclusive answers included, a person's rejections not",
    },
  });
});

describe('the worst case by arithmetic', () => {
  const calm = { bounces: 1, inconclusive: 1, stale: 1 };
  const cases: [why: string, caps: Partial<Pipeline['caps']>, runs: number][] = [
    ['each of the five agents once, when the first mishap asks', {}, 5],
    ['one bounce from testing or later adds developer, reviewer and tester', { bounces: 2 }, 8],
    ['more bounces than one gate may have are taken from the next', { bounces: 5 }, 5 + 4 * 3],
    ['the caps of the gates bound it when the total does not', { bounces: 100 }, 5 + 7 * 3 + 2 * 2 + 2 + 2 * 2],
    [
      'an inconclusive answer doubles the work, and again for each gate that may say so',
      { inconclusive: 2 },
      4 + 4 + 2 + 4 + 4,
    ],
    ['a stale answer makes every product that a gate reads again', { stale: 2 }, 5 + 4],
  ];

  test.each(cases)('%s', (_why, caps, runs) => {
    expect(worstCaseOf(changed((table) => (table.caps = { ...calm, ...caps }))).agentRuns).toBe(runs);
  });

  test('is reached: the fail that may bounce does, where it costs most', () => {
    const table = changed((draft) => (draft.caps = { ...calm, bounces: 2 }));
    let failed = false;
    const end = walk(table, ({ gate }) => {
      const first = gate === 'staging' && !failed;
      failed ||= first;
      return first ? 'fail' : 'pass';
    });
    expect(end).toEqual({ kind: 'done', agentRuns: worstCaseOf(table).agentRuns });
  });

  test('is never exceeded, whatever gates and agents answer', () => {
    const answers = fc.constantFrom('pass', 'pass', 'pass', 'fail', 'inconclusive', 'stale' as const);
    const caps = fc.record({
      bounces: fc.integer({ min: 1, max: 8 }),
      inconclusive: fc.integer({ min: 1, max: 3 }),
      stale: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.infiniteStream(answers), caps, (stream, given) => {
        const table = changed((draft) => (draft.caps = given));
        const end = walk(table, () => stream.next().value ?? 'pass');
        expect(end.agentRuns).toBeLessThanOrEqual(worstCaseOf(table).agentRuns);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a table is not proven', () => {
  type Case = [why: string, change: (table: Pipeline) => void, rule: string, path: string[]];
  const cases: Case[] = [
    [
      'when a pending gate has no timer',
      (table) => (gateIn(table, 'architecture', 'leave').limitMs = 0),
      'every wait has a timer',
      [
        'analysis: agent analyst',
        'analysis: leave artifacts',
        'analysis: leave approval',
        'architecture: agent architect',
        'architecture: leave artifacts',
        'architecture: leave artifacts, pending',
      ],
    ],
    [
      'when a wait on trouble or quota is never looked at again',
      (table) => (table.looks.troubleMs = Number.NaN),
      'every wait has a timer',
      ['analysis: agent analyst', 'analysis: agent analyst, quota'],
    ],
    [
      'when a row leads nowhere',
      (table) => (stageOf(table, 'architecture').onPass = 'nowhere'),
      'every position reaches done or a person',
      [
        'analysis: agent analyst',
        'analysis: leave artifacts',
        'analysis: leave approval',
        'architecture: agent architect',
        'architecture: leave artifacts',
        'nowhere (no such stage)',
      ],
    ],
    [
      'when a gate, or failed work that counts at it, sends the task back for ever',
      (table) => (gateIn(table, 'architecture', 'leave').cap = 'none'),
      'every loop is counted by a cap',
      [
        'analysis: agent analyst',
        'analysis: leave artifacts',
        'analysis: leave approval',
        'architecture: agent architect',
        'architecture: agent architect',
      ],
    ],
    [
      'when failed work is charged to nobody',
      (table) => (table.stages = [rowOf('one', { work: { kind: 'agent', role: 'developer' }, leave: [] })]),
      'every loop is counted by a cap',
      ['one: agent developer', 'one: agent developer'],
    ],
    [
      'when inconclusive work repeats for ever',
      (table) => (table.caps.inconclusive = 0),
      'every loop is counted by a cap',
      ['analysis: agent analyst', 'analysis: agent analyst'],
    ],
    [
      'when passing goes round in a circle',
      (table) =>
        (table.stages = ['one', 'two'].map((name, index) =>
          rowOf(name, {
            work: { kind: 'agent', role: 'developer' },
            leave: [gateSettings('ci', name)],
            onPass: index === 0 ? 'two' : 'one',
          }),
        )),
      'every loop is counted by a cap',
      ['one: agent developer', 'one: leave ci', 'two: agent developer', 'two: leave ci', 'one: agent developer'],
    ],
  ];

  test.each(cases)('%s', (_why, change, rule, path) => {
    expect(provePipeline(changed(change))).toEqual({ kind: 'broken', rule, path });
  });

  test('an approval may be rejected without a cap: a person decides each time', () => {
    const table = changed((draft) => (gateIn(draft, 'analysis', 'leave', 1).cap = 'none'));
    expect(provePipeline(table).kind).toBe('proven');
  });
});
