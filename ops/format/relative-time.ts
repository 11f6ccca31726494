const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** `5m ago`, `in 2h`, `now`: the largest whole unit. */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(at - now);
  const unit = UNITS.find(([, size]) => distance >= size);
  if (unit === undefined) return 'now';
  const length = `${Math.floor(distance / unit[1])}${unit[0]}`;
  return at < now ? `${length} ago` : `in ${length}`;
}
