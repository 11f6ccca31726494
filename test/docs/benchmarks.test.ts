import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FIGURES } from '../bench/figures/index.ts';

it('docs/benchmarks.md lists every figure with its aim and limit', () => {
  const lines = readFileSync(join(import.meta.dirname, '../../docs/benchmarks.md'), 'utf8').split('\n');
  const rows = lines
    .filter((line) => /[≤≥]/.test(line) && line.startsWith('|'))
    .map((line) => line.split('|').slice(1, 4))
    .map(([figure = '', aim = '', limit = '']) => ({ figure: figure.trim(), aim: bound(aim), limit: bound(limit) }));
  const wanted = FIGURES.map(({ figure, aim, limit, better = 'less' }) => ({
    figure,
    aim: { better, value: aim },
    limit: { better, value: limit },
  }));
  expect(rows).toEqual(wanted);
});

/** `≥ 5,000` */
function bound(cell: string): { better: 'less' | 'more'; value: number } {
  return { better: cell.includes('≥') ? 'more' : 'less', value: Number(cell.replaceAll(/[≤≥,\s]/g, '')) };
}
