import { expect, test } from 'vitest';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { PIPELINE_COLUMNS, printPipeline } from '../../domain/print-pipeline.ts';
import { changed, gateIn } from './table.ts';

test('the default table reads as the design writes it', () => {
  const lines = [PIPELINE_COLUMNS, ...printPipeline(DEFAULT_PIPELINE)].map((cells) => `| ${cells.join(' | ')} |`);
  expect(lines).toEqual([
    '| stage | prepare | enter gates | work | leave gates | on pass | on fail | lane |',
    '| analysis | – | – | agent: analyst | artifacts, approval | architecture | analysis | – |',
    '| architecture | – | – | agent: architect | artifacts | development | architecture | – |',
    '| development | – | – | agent: developer | ci, protected-paths | review | development | – |',
    '| review | – | – | agent: reviewer | review | testing | development | – |',
    '| testing | – | – | agent: tester | tests | deploy-staging | development | – |',
    '| deploy-staging | sync | merge | candidate | staging | deploy | development | release |',
    '| deploy | land | fresh | promote | health, or else restore and revert | done | development | release |',
  ]);
});

test('a gate says where its settings differ from the defaults', () => {
  const table = changed((draft) => {
    Object.assign(gateIn(draft, 'development', 'leave'), {
      cap: 5,
      limitMs: 14_400_000,
      pollMs: { first: 500, longest: 90_000 },
    });
    gateIn(draft, 'development', 'leave', 1).onFail = 'development';
    gateIn(draft, 'review', 'leave').pollMs = { first: 60_000, longest: 60_000 };
  });
  const cells = printPipeline(table).map((row) => row[4]);
  expect(cells[2]).toBe('ci (cap 5, limit 4h, poll 500ms to 90s), protected-paths (on fail development)');
  expect(cells[3]).toBe('review (poll 1m)');
});
