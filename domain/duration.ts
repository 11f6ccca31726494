const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 366 * 86_400_000;

export const DURATION_EXPECTED = 'expected a duration such as 500ms, 30s, 10m, 2h or 3d, more than 0 and at most 366d';

/** `30s` → 30000. undefined for anything that is not a duration between 1 ms and 366 days. */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const [, amount, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const ms = Number(amount) * (UNITS[unit] ?? 0);
  return ms >= 1 && ms <= LONGEST_MS ? ms : undefined;
}

/** 30000 → `30s`: the largest unit that divides it. Anything that is no whole number of ms is said as it is. */
export function printDuration(ms: number): string {
  if (!Number.isInteger(ms) || ms <= 0) return `${ms}ms`;
  const fitting = Object.entries(UNITS).filter(([unit, size]) => unit !== 'd' && ms % size === 0);
  const [unit, size] = fitting.at(-1) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}
