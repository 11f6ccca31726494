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
  | { kind: 'crashed'; detail: string }
  | { kind: 'over-budget'; detail: string }
  | { kind: 'quota'; until: number; detail: string };

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
  /** Where its output is: path on the worker host. */
  log: string;
};
