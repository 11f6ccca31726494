/**
 * What one run of a scripted agent does; see test/fixtures/agents/scripted.mjs. `{secrets}` in any text becomes what the
 * agent sees in its environment whose value says canary.
 */
export type Behaviour = {
  /** `{key}` and `{run}` in a path stand for the task's key and the number of this role's run. */
  files?: Record<string, string>;
  remove?: string[];
  verdict?: 'pass' | 'fail' | 'gave-up' | 'needs-input';
  findings?: string[];
  summary?: string;
  /** The head the report names; default: the one it started from. */
  about?: string;
  report?: 'none';
  /** Works until the test releases a file of this name; `{key}` in it stands for the task's key. */
  waitFor?: string;
  hang?: boolean;
  /** Hangs, and prints all the while. */
  chatter?: boolean;
  /** Leaves a process in a session of its own. */
  daemon?: boolean;
  /** Hangs and ignores SIGTERM, as does a child in a session of its own. */
  stubborn?: boolean;
  /** Hangs, and says the same again and again. */
  spins?: boolean;
  /** Starts this many processes and hangs. */
  forks?: number;
  /** Takes this many MiB of memory and hangs. */
  eats?: number;
  /** Prints this many MiB. */
  floods?: number;
  /** Says that it used this many dollars, before it works on. */
  spends?: number;
  /** Names its session at the start. */
  session?: string;
  /** Its provider refuses: for this many milliseconds, or nobody knows how long. */
  quota?: number | 'unknown';
  exit?: number;
  /** Printed before the report. */
  say?: string;
};

/** By role, or by `<KEY>:<role>`; one entry per run, the last repeats. */
export type Script = Record<string, Behaviour[]>;
