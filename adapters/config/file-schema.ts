import { z } from 'zod';
import { CARD_ROLES } from '../../domain/card.ts';
import { closed } from '../../domain/closed-schema.ts';
import { Duration, PipelineTable } from '../../domain/pipeline-schema.ts';

/** What `conveyor.yaml` may hold. Defaults are filled in by `resolve-project.ts`, references checked elsewhere. */

const Text = z.string().min(1, 'expected text, not an empty one');
const Argv = z.array(Text).min(1, 'expected a list of a program and its arguments, not an empty one');
const List = z.array(Text);
/** The tracker's own rule for item keys: `ORCH` in `ORCH-53`. */
const ProjectKey = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{0,11}$/, 'a project key is upper-case letters and digits, such as ORCH');
const RoleName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a role is lower-case letters, digits and "-"');

const Agent = closed({
  command: Argv.optional(),
  total: Duration.optional(),
  idle: Duration.optional(),
  grace: Duration.optional(),
  env: z.record(z.string(), z.string()).optional(),
  passEnv: List.optional(),
});

const Environment = closed({
  start: Argv,
  port: z
    .number()
    .int()
    .min(1, 'expected a port from 1 to 65535')
    .max(65_535, 'expected a port from 1 to 65535')
    .optional(),
  ready: Duration.optional(),
});

const Policy = closed({
  requiredContexts: List.optional(),
  requiredReviewers: List.optional(),
  reviewer: Text.optional(),
  protectedPaths: List.optional(),
  approvers: List.optional(),
  acceptable: List.optional(),
  sandboxChecks: List.optional(),
  testCommand: List.optional(),
  healthWindow: Duration.optional(),
});

const States = closed(
  Object.fromEntries(CARD_ROLES.map((role) => [role, Text.optional()])) as Record<
    (typeof CARD_ROLES)[number],
    z.ZodOptional<z.ZodString>
  >,
);

const Project = closed({
  repo: Text,
  base: Text.optional(),
  tracker: z.enum(['local']).optional(),
  forge: z.enum(['local']).optional(),
  states: States.optional(),
  pipeline: Text.optional(),
  policy: Policy.optional(),
  sweep: Duration.optional(),
  build: closed({ image: Text, command: Argv, output: Text, timeout: Duration.optional() }),
  environments: closed({ staging: Environment, production: Environment }),
  agents: z.record(RoleName, Agent).optional(),
});

export const ConfigFile = closed({
  data: Text.optional(),
  projects: z
    .record(ProjectKey, Project)
    .refine((projects) => Object.keys(projects).length > 0, 'expected at least one project'),
  pipelines: z.record(Text, PipelineTable).optional(),
  agents: z.record(RoleName, Agent).optional(),
});

export type WrittenConfig = z.output<typeof ConfigFile>;
export type WrittenProject = z.output<typeof Project>;
export type WrittenAgent = z.output<typeof Agent>;
export type WrittenPolicy = z.output<typeof Policy>;
export type WrittenEnvironment = z.output<typeof Environment>;
