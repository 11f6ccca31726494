import type { Result } from './figure.ts';

export function jsonLine(result: Result): string {
  return `${JSON.stringify(result)}\n`;
}

/** Aligned columns for people, one row a figure. */
export function table(results: readonly Result[]): string {
  const rows = [['figure', 'value', 'aim', 'limit', ''], ...results.map(cellsOf)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
}

function cellsOf(result: Result): string[] {
  const { figure, value, unit, aim, limit, better } = result;
  const sign = better === 'less' ? '≤' : '≥';
  return [figure, `${shown(value)} ${unit}`, `${sign} ${shown(aim)}`, `${sign} ${shown(limit)}`, verdict(result)];
}

function verdict({ reachesAim, withinLimit }: Result): string {
  if (reachesAim) return 'reaches the aim';
  return withinLimit ? 'within the limit' : 'PAST THE LIMIT';
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
