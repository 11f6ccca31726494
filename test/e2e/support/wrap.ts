/** Ports with something around every call: counters, observers, faults. */

type Method = (...args: never[]) => unknown;

/** The port with `around` in place of each method; it calls `go` for the real one, or throws instead. */
export function wrap<T extends object>(port: T, around: (method: string, go: () => unknown) => unknown): T {
  const methods = Object.entries(port).map(([name, method]: [string, Method]) => [
    name,
    (...args: never[]) => around(name, () => method(...args)),
  ]);
  return Object.fromEntries(methods) as T;
}
