import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FIGURES } from '../bench/figures/index.ts';

it('docs/benchmarks.md lists every figure with its aim and limit', () => {
  const lines = readFileSync(join(import.meta.dirname, '../../docs/benchmarks.md'), 'utf8').split('\n');
  const rows = lines
    .filter((line) => line.includes('≤') && line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.replace('≤', '').trim()),
    )
    .map(([figure, aim, limit]) => ({ figure, aim: Number(aim), limit: Number(limit) }));
  expect(rows).toEqual(FIGURES.map(({ figure, aim, limit }) => ({ figure, aim, limit })));
});
