import type { Client } from '@temporalio/client';
import type { ConfigRead } from '../app/settings.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';

/** Everything a command touches the world with; `app/ops-deps.ts` makes the real ones, tests pass fakes. */
export type OpsDeps = {
  io: Io;
  /** Throws `PortError` `Temporal.Unreachable`. */
  connect(): Promise<Client>;
  loadConfig(): ConfigRead;
  boards(): Promise<{
    /** Returns the new card's key. */
    add(add: { project: string; title: string; body: string; by: string }): Promise<string>;
    move(move: { project: string; key: string; stateName: string; by: string }): Promise<'changed' | 'same'>;
  }>;
  /** Where the Temporal Web UI shows the workflow; undefined when it is not known. */
  webUi(workflowId: string): string | undefined;
  /** Output of the task's attempts on this machine, oldest first. */
  logs(key: string): Promise<{ attempt: string; path: string }[]>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Who answers and moves cards. */
  user(): string;
  /** Ends the connections that `connect` made. */
  close(): Promise<void>;
};

/** Builds the deps, does a command's work with them, and keeps its exit code; errors are told here. */
export type Runner = (work: (deps: OpsDeps) => Promise<ExitCode>) => Promise<void>;
