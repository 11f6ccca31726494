import { z } from 'zod';
import { DURATION_EXPECTED, parseDuration } from '../../domain/duration.ts';

/** One environment variable. `secret`: also read from the file that `<NAME>_FILE` names, never shown. */
export type Variable<T> = {
  description: string;
  /** As it stands in `.env.example`; absent = unset. */
  example?: string;
  secret: 'secret' | 'plain';
  schema: z.ZodType<T>;
};

const FLAG = 'expected true or false';
const Flag = z.enum(['true', 'false'], FLAG).transform((text) => text === 'true');
const Port = z
  .string()
  .regex(/^\d{1,5}$/, 'expected a port from 1 to 65535')
  .transform(Number)
  .refine((port) => port >= 1 && port <= 65_535, 'expected a port from 1 to 65535');
const Duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: DURATION_EXPECTED });
  return z.NEVER;
});
const Names = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
);
/** Kinds of work, as `worker/create-worker.ts` tells them apart. */
const QUEUES = ['control', 'agents', 'tracker', 'release'] as const;
const Queues = Names.refine((names) => names.length > 0, 'names no queue').pipe(
  z.array(z.enum(QUEUES, `expected some of ${QUEUES.join(', ')}`)),
);
const Secrets = Names.refine((secrets) => secrets.length > 0, 'is set but empty');
/** It becomes a part of an address, so nothing else may stand in it. */
const BotToken = z
  .string()
  .regex(/^\d+:[\w-]+$/, "is no token of a bot: digits, a colon, then letters, digits, '_' and '-'");
const Address = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'expected host:port, such as 127.0.0.1:7233');

function plain<T>(schema: z.ZodType<T>, description: string, example?: string): Variable<T> {
  return { description, secret: 'plain', schema, ...(example === undefined ? {} : { example }) };
}

function secret<T>(schema: z.ZodType<T>, description: string): Variable<T> {
  return { description, secret: 'secret', schema };
}

function killSwitch(description: string): Variable<boolean> {
  return plain(Flag.default(true), description, 'true');
}

/** Every variable Conveyor reads: the one table that code, `.env.example` and the docs are held against. */
export const VARIABLES = {
  CONVEYOR_CONFIG: plain(z.string().default('conveyor.yaml'), 'The configuration file.', 'conveyor.yaml'),
  CONVEYOR_DATA: plain(
    z.string().optional(),
    'Folder for everything Conveyor keeps; overrides `data` of the configuration file.',
  ),
  CONVEYOR_API_PORT: plain(Port.default(7400), 'Port of the webhook endpoint.', '7400'),
  CONVEYOR_WORKER_PORT: plain(Port.default(7401), "Port of the worker's health.", '7401'),
  CONVEYOR_BIND: plain(
    z.enum(['127.0.0.1', '0.0.0.0'], 'expected 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
    'Address that both listen on; `0.0.0.0` is for containers, where nothing else leads in.',
    '127.0.0.1',
  ),
  CONVEYOR_API_URL: plain(
    z.url({ protocol: /^https?$/, error: 'expected an address such as http://api:7400' }).optional(),
    'Where worker and commands find the webhook endpoint, when it is not at its port on loopback.',
  ),
  CONVEYOR_WORKER_QUEUES: plain(
    Queues.default([...QUEUES]),
    'What this worker does, of control, agents, tracker and release, separated by commas.',
    QUEUES.join(','),
  ),
  CONVEYOR_WORKER_GRACE: plain(
    Duration.default(20_000),
    'How long work that runs may go on when the worker is asked to stop; then another worker tries it again.',
    '20s',
  ),
  CONVEYOR_WEBHOOK_SECRET: secret(
    Secrets.optional(),
    'Secrets that sign webhooks, separated by commas while one replaces another; `conveyor dev` makes its own.',
  ),
  CONVEYOR_PLANE_WEBHOOK_SECRET: secret(
    Secrets.optional(),
    'Secrets of the webhooks of Plane, separated by commas while one replaces another; unset, none is accepted.',
  ),
  CONVEYOR_GITEA_WEBHOOK_SECRET: secret(
    Secrets.optional(),
    'Secrets of the webhooks of Gitea, separated by commas while one replaces another; unset, none is accepted.',
  ),
  CONVEYOR_TELEGRAM_TOKEN: secret(
    BotToken.optional(),
    'Token of the Telegram bot that tells people; needed by a notifier of kind telegram.',
  ),
  CONVEYOR_NOTIFY_SECRET: secret(
    z.string().optional(),
    'Signs what notifiers of kind webhook send; unset, it is sent unsigned.',
  ),
  LOG_LEVEL: plain(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'How much worker and API log.',
    'info',
  ),
  CONVEYOR_LOSE_FIRST: plain(
    z.enum(['status', 'push', 'review', 'card.moved']).optional(),
    'A kind of event the local providers lose for the first commit or card, to see a timer heal it; the demo sets it.',
  ),
  TEMPORAL_ADDRESS: plain(
    Address.optional(),
    'Temporal server as host:port, for workers, API and commands; `conveyor dev` runs one of its own.',
  ),
  TEMPORAL_NAMESPACE: plain(z.string().default('default'), 'Temporal namespace.', 'default'),
  TEMPORAL_API_KEY: secret(z.string().optional(), 'API key of Temporal Cloud.'),
  TEMPORAL_CLI_PATH: plain(
    z.string().optional(),
    'The Temporal CLI to run the embedded server with, looked for first.',
  ),
  CONVEYOR_GATE_TIMERS_ENABLED: killSwitch("Off: a timer's look at a gate reads nothing; nudges still do."),
  CONVEYOR_INTAKE_SWEEP_ENABLED: killSwitch('Off: items enter only by webhook or command.'),
  CONVEYOR_RESPECT_HELD_CARDS: killSwitch('Off: Blocked and Needs Input hold nothing; questions still do.'),
  CONVEYOR_STAGING_INFRA_TOLERANCE_ENABLED: killSwitch('Off: the staging verdict is strict everywhere.'),
  CONVEYOR_IMAGE_FRESHNESS_ENABLED: killSwitch('Off: provenance is reported and stops nothing.'),
  CONVEYOR_IMAGE_FRESHNESS_REPOS: plain(
    Names.optional(),
    'Repositories, separated by commas, whose provenance can stop a release; unset means all.',
  ),
  CONVEYOR_NOTIFICATIONS_ENABLED: killSwitch('Off: nothing is sent to the notifier.'),
} satisfies Record<string, Variable<unknown>>;

export type VariableName = keyof typeof VARIABLES;
