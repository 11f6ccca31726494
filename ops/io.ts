/** Where a command writes, and what the other end can show. */
export type Io = {
  /** Data. */
  stdout: Output;
  /** Messages. */
  stderr: Output;
  /** Whether stdout is a terminal: tables for people instead of TSV. */
  isTTY: boolean;
  /** Width of the terminal; 0 when it is unknown. */
  columns: number;
  colour: 'on' | 'off';
};

export type Output = { write(text: string): unknown };

type Terminal = Output & { isTTY?: boolean; columns?: number };

/** `NO_COLOR` (any value but an empty one) and `TERM=dumb` turn colour off, `FORCE_COLOR` turns it on. */
export function createIo(
  streams: { stdout: Terminal; stderr: Terminal },
  env: Readonly<Record<string, string | undefined>>,
): Io {
  const isTTY = streams.stdout.isTTY === true;
  const wanted = isTTY && env['TERM'] !== 'dumb';
  const forced = (env['FORCE_COLOR'] ?? '0') !== '0';
  return {
    ...streams,
    isTTY,
    columns: streams.stdout.columns ?? 0,
    colour: !env['NO_COLOR'] && (wanted || forced) ? 'on' : 'off',
  };
}
