/**
 * What one place answered when it was asked for the Temporal CLI; `why` is one clause for a person.
 * `absent`: nobody put one there, which is worth a line only when it has to be fetched.
 */
export type Looked =
  { kind: 'found'; path: string } | { kind: 'missing'; why: string } | { kind: 'absent'; why: string };

/** The environment as it was handed in; nothing here reads the process's own. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Tells a person one line about what is going on. */
export type Say = (line: string) => void;

export function found(path: string): Looked {
  return { kind: 'found', path };
}

export function missing(why: string): Looked {
  return { kind: 'missing', why };
}

export function absent(why: string): Looked {
  return { kind: 'absent', why };
}

/** The first line of whatever was thrown, with the cause that a failed `fetch` hides. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message =
    error.cause instanceof Error && error.message === 'fetch failed' ? error.cause.message : error.message;
  return message.split('\n')[0] ?? message;
}
