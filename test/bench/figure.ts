import type { Bench } from './bench.ts';

/** `raw`: what the value was computed from. */
export type Measured = { value: number; raw: Record<string, unknown> };

/** One row of the table. `value` shall be at most `aim`; past `limit` the bench fails. */
export type Figure = {
  figure: string;
  unit: string;
  aim: number;
  limit: number;
  measure: (bench: Bench) => Promise<Measured>;
};

/** What `--json` prints, one line a figure. */
export type Result = {
  figure: string;
  value: number;
  unit: string;
  aim: number;
  limit: number;
  reachesAim: boolean;
  withinLimit: boolean;
  raw: Record<string, unknown>;
};

/** Measures, and holds the value to aim and limit. */
export async function resultOf({ figure, unit, aim, limit, measure }: Figure, bench: Bench): Promise<Result> {
  const { value, raw } = await measure(bench);
  return { figure, value, unit, aim, limit, reachesAim: value <= aim, withinLimit: value <= limit, raw };
}
