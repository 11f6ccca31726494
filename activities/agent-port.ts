/** What `activities/agent.ts` needs from whatever runs agents. */

import type { Budget } from '../domain/pipeline.ts';
import type { AgentExit, Usage } from '../domain/run.ts';

/** Where a run is, carried in the heartbeat: what another try of the attempt has to know when this one is lost. */
export type Beat = { log: string; offset: number; lastOutputAt: number; usage: Usage; session?: string };

export type AgentRequest = {
  project: string;
  role: string;
  /** Idempotency key of the attempt; marks every process of the run. */
  attempt: string;
  cwd: string;
  prompt: string;
  /** Lets a worker that starts after this one died fail the try at once; base64. */
  taskToken?: string;
  /** The agent's own name of an interrupted run's conversation, to be continued where the role can. */
  session?: string;
  /** What this run may spend; reaching it ends the run. */
  budget?: Budget;
};

/** How a run ended and what it printed. `session`: what the agent calls its conversation, when it said so. */
export type AgentResult = {
  exit: AgentExit;
  report: { frontMatter: unknown; text: string };
  usage: Usage;
  log: string;
  session?: string;
};

export interface AgentRunner {
  /**
   * Runs the role's agent to its end. No descendant is alive when this settles, however it settles.
   * `report.frontMatter` is the YAML of the last report the agent printed, undefined when there is none;
   * the report contract itself is checked by `domain/report.ts`.
   */
  run(request: AgentRequest, control: { signal: AbortSignal; onBeat: (beat: Beat) => void }): Promise<AgentResult>;
  /** Ends what an earlier try of the attempt left running on this host: only then its folder may be used again. */
  endEarlier(earlier: { project: string; attempt: string }): Promise<void>;
}
