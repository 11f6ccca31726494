import type { Bench } from './bench.ts';

/** Measured once for several figures of one run. */
export function shared<T>(measure: (bench: Bench) => Promise<T>): (bench: Bench) => Promise<T> {
  const measured = new WeakMap<Bench, Promise<T>>();
  return (bench) => {
    const before = measured.get(bench) ?? measure(bench);
    measured.set(bench, before);
    return before;
  };
}
