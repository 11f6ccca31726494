export type GitCall = {
  /** The repository; always named, so that git never looks for one by itself. Only `init` goes without. */
  gitDir?: string;
  workTree?: string;
  env?: Readonly<Record<string, string>>;
  /** Configuration of this call alone, each `name=value`. */
  settings?: readonly string[];
  input?: string;
  /** Exit codes besides 0 that are an answer and not trouble. */
  answers?: readonly number[];
  timeoutMs?: number;
  /** All that the answer is about. With full ids it can never change: it is remembered, and nothing is written again. */
  objects?: readonly string[];
};

export type GitAnswer = {
  exitCode: number;
  bytes: Uint8Array;
  /** stdout without its last line break. */
  text: () => string;
  stderr: string;
};

/** Runs git. Throws a `PortError` named `Git.…` for every exit code that is not 0 or one of `answers`. */
export type Git = (args: readonly string[], call?: GitCall) => Promise<GitAnswer>;
