import type { Client } from '@temporalio/client';
import type { Boards } from '../app/boards.ts';
import type { Check } from '../app/doctor.ts';
import type { Config, ConfigRead } from '../app/settings.ts';
import type { SetupStep } from '../app/setup.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';

/** Everything a command touches the world with; `app/ops-deps.ts` makes the real ones, tests pass fakes. */
export type OpsDeps = {
  io: Io;
  /** Throws `PortError` `Temporal.Unreachable`. */
  connect(): Promise<Client>;
  loadConfig(): ConfigRead;
  boards(): Promise<Boards>;
  /** Prepares Temporal; `would` only looks. Throws `PortError`. */
  setup(options: { config: Config; mode: 'do' | 'would' }): Promise<SetupStep[]>;
  /** Looks at everything a delivery needs; trouble is a line of it. */
  doctor(): Promise<Check[]>;
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
