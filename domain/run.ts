/** What one agent run hands back, before anything is concluded from it. */

import type { Finding } from './verdict.ts';

export type Usage = {
  tokensIn: number;
  tokensOut: number;
  tokensCached: number;
  /** Dollars as the CLI reports them; 0 when it reports none. */
  usd: number;
  turns: number;
  durationMs: number;
};

export const NO_USAGE: Usage = { tokensIn: 0, tokensOut: 0, tokensCached: 0, usd: 0, turns: 0, durationMs: 0 };

/** How the process ended. Exit status 0 alone is never success: `finished` still needs a valid report. */
export type AgentExit =
  | { kind: 'finished' }
  | { kind: 'timed-out'; afterMs: number }
  | { kind: 'stalled'; idleMs: number }
  /** It printed, but for so long nothing new, and changed no file. */
  | { kind: 'no-progress'; forMs: number }
  | { kind: 'crashed'; detail: string }
  /** It used more memory, or had more processes, than its role may. */
  | { kind: 'over-limit'; detail: string }
  | { kind: 'over-budget'; detail: string }
  /** The provider refuses further work, until when it says or for an unknown time. */
  | { kind: 'quota'; until?: number; detail: string };

/** The front matter an agent owes at the end of its run (`domain/report.ts` parses it). */
export type Report = {
  verdict: 'pass' | 'fail' | 'gave-up' | 'needs-input';
  summary: string;
  findings: Finding[];
  /** The full SHA the agent worked on. */
  head: string;
};

export type ReportRead = { kind: 'valid'; report: Report } | { kind: 'invalid'; why: string };

export type AgentRun = {
  exit: AgentExit;
  report: ReportRead;
  /** The commit the run started from. */
  start: string;
  /** The commit after ours of its leftovers; equal to `start` when it left nothing. */
  head: string;
  /** Tree of `head`. */
  tree: string;
  /** The ref on the remote that keeps the run's commits, pushed or not. */
  sideRef: string;
  usage: Usage;
  /** What the agent calls its conversation, when it said so: a later run may continue it. */
  session?: string;
  /** Where its output is: path on the worker host. */
  log: string;
};

/** What two runs, or two tries of one, used together. */
export function addedUsage(one: Usage, other: Usage): Usage {
  return {
    tokensIn: one.tokensIn + other.tokensIn,
    tokensOut: one.tokensOut + other.tokensOut,
    tokensCached: one.tokensCached + other.tokensCached,
    usd: one.usd + other.usd,
    turns: one.turns + other.turns,
    durationMs: one.durationMs + other.durationMs,
  };
}

/**
 * The session that the next run of the same stage continues; undefined when it starts afresh. One that finished, or
 * went in circles, is not continued, and one that came to grief twice in a row is trusted no more.
 */
export function sessionToContinue({ exit, session }: AgentRun, continued: string | undefined): string | undefined {
  switch (exit.kind) {
    case 'quota':
    case 'over-budget':
      return session ?? continued;
    case 'timed-out':
    case 'stalled':
    case 'crashed':
    case 'over-limit':
      return continued === undefined ? session : undefined;
    case 'finished':
    case 'no-progress':
      return undefined;
  }
}
