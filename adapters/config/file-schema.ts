import { z } from 'zod';
import { CARD_ROLES } from '../../domain/card.ts';
import { closed } from '../../domain/closed-schema.ts';
import { Duration, PipelineTable } from '../../domain/pipeline-schema.ts';
import { Notify } from './notify-schema.ts';
import { Size } from './size.ts';

/** What `conveyor.yaml` may hold. Defaults are filled in by `resolve-project.ts`, references checked elsewhere. */

const Text = z.string().min(1, 'expected text, not an empty one');
const Argv = z.array(Text).min(1, 'expected a list of a program and its arguments, not an empty one');
const List = z.array(Text);
/** The tracker's own rule for item keys: `ORCH` in `ORCH-53`. */
const ProjectKey = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{0,11}$/, 'a project key is upper-case letters and digits, such as ORCH');
const Whole = z.custom<number>(
  (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1,
  'expected a whole number, 1 or more',
);
const RoleName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a role is lower-case letters, digits and "-"');

const Resume = Argv.refine(
  (words) => words.some((word) => word.includes('{session}')),
  'expected {session} in one of its words',
);

const Agent = closed({
  command: Argv.optional(),
  resume: Resume.optional(),
  total: Duration.optional(),
  idle: Duration.optional(),
  noProgress: Duration.optional(),
  grace: Duration.optional(),
  env: z.record(z.string(), z.string()).optional(),
  passEnv: List.optional(),
  limits: closed({ memory: Size.optional(), processes: Whole.optional() }).optional(),
});

const Budget = closed({
  usd: z
    .custom<number>(
      (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
      'expected dollars, more than 0',
    )
    .optional(),
  tokens: Whole.optional(),
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

const Hour = z.custom<number | 'never'>(
  (value) => value === 'never' || (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 23),
  'expected an hour from 0 to 23 (UTC), or never',
);
const Intake = closed({ wip: Whole.optional(), fullSweep: Duration.optional(), digestHour: Hour.optional() });

/** Servers write ids in lower case. */
const Uuid = z.guid('expected an id such as 9c1f7d52-3b0e-4a57-8f64-2d1f5be0a913').toLowerCase();
const Webhooks = closed({
  planeProject: Uuid.optional(),
  giteaRepo: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'expected owner/name, such as acme/orchard')
    .optional(),
});

const Project = closed({
  repo: Text,
  base: Text.optional(),
  tracker: z.enum(['local']).optional(),
  forge: z.enum(['local']).optional(),
  states: States.optional(),
  pipeline: Text.optional(),
  policy: Policy.optional(),
  budget: Budget.optional(),
  sweep: Duration.optional(),
  intake: Intake.optional(),
  webhooks: Webhooks.optional(),
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
  notify: Notify.optional(),
  ourAccounts: closed({ plane: z.array(Uuid).optional(), gitea: List.optional() }).optional(),
});

export type WrittenConfig = z.output<typeof ConfigFile>;
export type WrittenProject = z.output<typeof Project>;
export type WrittenAgent = z.output<typeof Agent>;
export type WrittenIntake = z.output<typeof Intake>;
export type WrittenWebhooks = z.output<typeof Webhooks>;
export type WrittenPolicy = z.output<typeof Policy>;
export type WrittenEnvironment = z.output<typeof Environment>;
