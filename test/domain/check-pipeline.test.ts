import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPipeline } from '../../domain/check-pipeline.ts';
import { DEFAULT_PIPELINE, gateSettings } from '../../domain/default-pipeline.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { stageOf } from '../../domain/pipeline.ts';
import { provePipeline } from '../../domain/prove-pipeline.ts';
import { anyTable, plausibleTable } from './any-table.ts';
import { REFUSED } from './refused-tables.ts';
import { changed, gateIn, without } from './table.ts';

/** `stages.3.onPass: sentence`, as one line each. */
function told(table: Pipeline): string[] {
  return checkPipeline(table).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('the default table has no problem', () => {
  expect(told(DEFAULT_PIPELINE)).toEqual([]);
});

describe('a table is refused', () => {
  test.each(REFUSED)('%s', (_why, change, problems) => {
    expect(told(changed(change))).toEqual(problems);
  });

  test('with all its problems at once', () => {
    const table = changed((draft) => {
      gateIn(draft, 'development', 'leave').gate = 'cy' as 'ci';
      stageOf(draft, 'analysis').onPass = 'development';
      stageOf(draft, 'deploy').compensate = [];
      draft.caps.stale = 0;
    });
    expect(told(table).map((line) => line.split(':')[0])).toEqual([
      'stages.2.leave.0.gate',
      'caps.stale',
      'stages.1.name',
      'stages.6.onFail',
    ]);
  });
});

describe('other tables are accepted', () => {
  const accepted: [string, (table: Pipeline) => void][] = [
    ['without the analysis', (table) => without(table, 'analysis')],
    [
      'that end before anything lands',
      (table) => (table.stages = table.stages.slice(0, 1).map((row) => ({ ...row, onPass: 'done' }))),
    ],
    [
      'whose fails after land go to operators',
      (table) => {
        const deploy = stageOf(table, 'deploy');
        Object.assign(deploy, { compensate: [], onFail: 'operators' });
        gateIn(table, 'deploy', 'leave').onFail = 'operators';
      },
    ],
    [
      'with an approval of the diff in the lane',
      (table) => stageOf(table, 'deploy-staging').enter.push(gateSettings('approval', 'development')),
    ],
    [
      'with a stage that only a fail leads to',
      (table) => {
        const fix = structuredClone(stageOf(table, 'development'));
        Object.assign(fix, { name: 'fix', onFail: 'fix' });
        fix.leave.forEach((gate) => (gate.onFail = gate.onFail === 'operators' ? 'operators' : 'fix'));
        table.stages.splice(3, 0, fix);
        gateIn(table, 'review', 'leave').onFail = 'fix';
      },
    ],
  ];

  test.each(accepted)('%s', (_what, change) => {
    const table = changed(change);
    expect(told(table)).toEqual([]);
    expect(provePipeline(table).kind).toBe('proven');
  });
});

describe('on random tables', () => {
  test('neither the checks nor the proof ever throw', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        checkPipeline(table);
        provePipeline(table);
      }),
      { numRuns: 500 },
    );
  });

  test('a table the checks accept is always proven', () => {
    let accepted = 0;
    fc.assert(
      fc.property(plausibleTable, (table) => {
        if (checkPipeline(table).length > 0) return;
        accepted += 1;
        expect(provePipeline(table)).toMatchObject({ kind: 'proven' });
      }),
      { numRuns: 800 },
    );
    // Otherwise the property above would say nothing.
    expect(accepted).toBeGreaterThan(50);
  });
});
