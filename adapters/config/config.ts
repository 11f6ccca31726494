import type { ProjectPolicy } from '../../activities/ports.ts';
import type { CardRole } from '../../domain/card.ts';
import type { IntakePolicy } from '../../domain/intake/state.ts';
import type { Pipeline } from '../../domain/pipeline.ts';

/** The configuration as the rest of the program uses it: no default is left to look up, durations are in milliseconds. */
export type Config = {
  /** Absolute path of the file it was read from. */
  file: string;
  /** Absolute path of the folder that holds everything Conveyor keeps on this machine. */
  data: string;
  /** By project key, e.g. `ORCH`. */
  projects: Record<string, ProjectConfig>;
  /** Every table by name, `default` among them. */
  pipelines: Record<string, Pipeline>;
  /** Where messages to people go; all of them get every message. */
  notify: readonly NotifyConfig[];
  /** Our own accounts, by the names webhooks carry: what they did wakes nobody. */
  ourAccounts: { plane: readonly string[]; gitea: readonly string[] };
};

export type NotifyConfig =
  | { kind: 'log' }
  | { kind: 'webhook'; url: string }
  /** `api`: the bot API's address, for tests and proxies. */
  | { kind: 'telegram'; chat: string; api: string };

export type ProjectConfig = {
  key: string;
  repo: string;
  /** The branch that is delivered to. */
  base: string;
  tracker: 'local';
  forge: 'local';
  /** The tracker's state names by role. */
  states: Record<CardRole, string>;
  /** The table's name in `Config.pipelines`, for people; `pipeline` is the table itself. */
  pipelineName: string;
  pipeline: Pipeline;
  policy: ProjectPolicy;
  intake: IntakePolicy;
  /** What a project is called in the payloads of its servers; absent = it takes no webhooks of that kind. */
  webhooks: { planeProject?: string; giteaRepo?: string };
  build: BuildConfig;
  environments: { staging: EnvironmentConfig; production: EnvironmentConfig };
  /** One for every role the pipeline's stages name. */
  agents: Record<string, AgentConfig>;
};

/** How the artifact is made from a clean checkout; `output` is relative to it. */
export type BuildConfig = { image: string; command: string[]; output: string; timeoutMs: number };

export type EnvironmentConfig = {
  /** `<KEY>/staging`, unique over all projects. */
  name: string;
  /** Program and arguments that run the artifact. */
  start: string[];
  /** Absent = any free port. */
  port?: number;
  /** How long it may take until it answers. */
  readyMs: number;
};

export type AgentConfig = {
  command: string[];
  /** How an interrupted run is continued; absent = it is not. */
  resume?: string[];
  totalMs: number;
  idleMs: number;
  noProgressMs: number;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  env: Record<string, string>;
  /** Names of host variables the agent may see. */
  passEnv: string[];
  /** Of all processes of a run together. */
  limits: { memoryBytes: number; processes: number };
};
