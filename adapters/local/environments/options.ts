export type EnvironmentDefinition = {
  project: string;
  part: 'staging' | 'production';
  /** Program and arguments, run in the artifact's folder; never a shell. It must listen on `HOST`:`PORT`. */
  start: string[];
  /** 0: a free one is chosen at the first deploy and kept. */
  port: number;
  /** How long a release may take until it answers `GET /version` as itself. */
  readyMs: number;
  /** Path of the declared checks in the product's repository; `.conveyor/staging-checks.yaml` when absent. */
  checksFile?: string;
};

/** Something happened to an environment; for a timeline. Losing one loses nothing else. */
export type EnvironmentEvent = {
  event: 'deployed' | 'deploy-failed';
  project: string;
  environment: string;
  revision: string;
  digest: string;
  deployId: string;
  /** In milliseconds since 1970. */
  at: number;
};

export type LocalEnvironmentsOptions = {
  root: string;
  /** The folder of an artifact in the store: `artifactFolder` of the local store. */
  artifact: (image: string, digest: string) => string;
  /** By name, e.g. `demo/staging`. */
  environments: Readonly<Record<string, EnvironmentDefinition>>;
  /** The only variables of ours a release or a check sees, e.g. `PATH` and `HOME`. */
  env: Readonly<Record<string, string>>;
  /** A file of the project's repository at that commit; undefined when it is not there. */
  readFile: (project: string, revision: string, path: string) => Promise<string | undefined>;
  /** Puts a clean checkout of the project's repository into the folder: `command` checks run in it. */
  checkout: (project: string, revision: string, intoDir: string) => Promise<void>;
  announce?: (event: EnvironmentEvent) => void | Promise<void>;
  now: () => number;
  /** From SIGTERM to SIGKILL, in milliseconds; 5000 when absent. */
  graceMs?: number;
};

/** One environment with everything that acting on it needs. */
export type Target = { name: string; definition: EnvironmentDefinition; options: LocalEnvironmentsOptions };
