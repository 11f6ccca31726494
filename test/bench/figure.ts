import type { Bench } from './bench.ts';

/** `raw`: what the value was computed from. */
export type Measured = { value: number; raw: Record<string, unknown> };

/** One row of the table. `value` shall be at most `aim`, or at least where more is better; past `limit` the bench fails. */
export type Figure = {
  figure: string;
  unit: string;
  aim: number;
  limit: number;
  better?: 'less' | 'more';
  measure: (bench: Bench) => Promise<Measured>;
};

/** What `--json` prints, one line a figure. */
export type Result = {
  figure: string;
  value: number;
  unit: string;
  aim: number;
  limit: number;
  better: 'less' | 'more';
  reachesAim: boolean;
  withinLimit: boolean;
  raw: Record<string, unknown>;
};

/** Measures, and holds the value to aim and limit. */
export async function resultOf(
  { figure, unit, aim, limit, better = 'less', measure }: Figure,
  bench: Bench,
): Promise<Result> {
  const { value, raw } = await measure(bench);
  const holds = (bound: number): boolean => (better === 'less' ? value <= bound : value >= bound);
  return { figure, value, unit, aim, limit, better, reachesAim: holds(aim), withinLimit: holds(limit), raw };
}
