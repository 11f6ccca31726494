import { createHash } from 'node:crypto';
import type { ProjectPolicy } from '../../activities/ports.ts';
import { DEFAULT_STATE_NAMES } from '../../domain/card.ts';
import type { CardRole } from '../../domain/card.ts';
import type { IntakePolicy } from '../../domain/intake/state.ts';
import type { GateSettings, Pipeline } from '../../domain/pipeline.ts';
import type { AgentConfig, EnvironmentConfig, ProjectConfig } from './config.ts';
import type {
  WrittenAgent,
  WrittenEnvironment,
  WrittenIntake,
  WrittenPolicy,
  WrittenProject,
  WrittenWebhooks,
} from './file-schema.ts';
import { rolesOf } from './roles.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DIGEST_HOUR = 8;
const GIB = 2 ** 30;
const MOST_PROCESSES = 1_000;

export const DEFAULT_PIPELINE_NAME = 'default';

/** Paths that change what checks, agents or Conveyor itself do: only a person may. */
export const PROTECTED_PATHS: readonly string[] = [
  '.conveyor/**',
  '.gitea/**',
  '.github/**',
  '.githooks/**',
  '.husky/**',
  '.gitmodules',
  '**/AGENTS.md',
  '**/CLAUDE.md',
  '**/.claude/**',
  '.codex/**',
  '.opencode/**',
  'opencode.json',
  '**/.mcp.json',
  'conveyor.yaml',
];

export type Shared = { pipelines: Record<string, Pipeline>; agents: Record<string, WrittenAgent> };

/** Fills in every default. References (pipeline, agents) must have been checked. */
export function resolveProject(key: string, written: WrittenProject, shared: Shared): ProjectConfig {
  const pipelineName = written.pipeline ?? DEFAULT_PIPELINE_NAME;
  const pipeline = shared.pipelines[pipelineName];
  if (!pipeline) throw new Error(`Project ${key} names pipeline "${pipelineName}", which does not exist`);
  const { image, command, output, timeout } = written.build;
  const { staging, production } = written.environments;
  const policy = resolvePolicy(written.policy ?? {});
  return {
    key,
    repo: written.repo,
    base: written.base ?? 'main',
    tracker: written.tracker ?? 'local',
    forge: written.forge ?? 'local',
    states: stateNames(written.states ?? {}),
    pipelineName,
    pipeline: withBudget(withRefusals(pipeline, policy.acceptable), written.budget),
    policy,
    intake: { sweepMs: written.sweep ?? 5 * MINUTE, ...resolveIntake(written.intake ?? {}) },
    webhooks: resolveWebhooks(written.webhooks ?? {}),
    build: { image, command, output, timeoutMs: timeout ?? 10 * MINUTE },
    environments: {
      staging: resolveEnvironment(`${key}/staging`, staging),
      production: resolveEnvironment(`${key}/production`, production),
    },
    agents: Object.fromEntries(
      rolesOf(pipeline).map((role) => [role, resolveAgent(shared.agents[role], written.agents?.[role])]),
    ),
  };
}

/** A question must not offer an acceptance that the policy would not let count. */
function withRefusals(pipeline: Pipeline, acceptable: readonly string[]): Pipeline {
  const refuse = (gate: GateSettings): GateSettings =>
    acceptable.includes(gate.gate) ? gate : { ...gate, accept: 'refused' };
  const stages = pipeline.stages.map((row) => ({
    ...row,
    enter: row.enter.map(refuse),
    leave: row.leave.map(refuse),
  }));
  return { ...pipeline, stages };
}

/** The budget travels with the table, so that a task keeps the one it began with. */
function withBudget(pipeline: Pipeline, { usd, tokens }: NonNullable<WrittenProject['budget']> = {}): Pipeline {
  if (usd === undefined && tokens === undefined) return pipeline;
  const budget = { ...(usd === undefined ? {} : { usd }), ...(tokens === undefined ? {} : { tokens }) };
  return { ...pipeline, budget };
}

/** The tracker's state names: the given ones over the defaults. */
export function stateNames(given: Partial<Record<CardRole, string | undefined>>): Record<CardRole, string> {
  const named = Object.entries(given).filter(([, name]) => name !== undefined);
  return { ...DEFAULT_STATE_NAMES, ...(Object.fromEntries(named) as Partial<Record<CardRole, string>>) };
}

function resolvePolicy(written: WrittenPolicy): ProjectPolicy {
  const policy = {
    requiredContexts: written.requiredContexts ?? [],
    requiredReviewers: written.requiredReviewers ?? [],
    reviewer: written.reviewer ?? 'conveyor-reviewer',
    protectedPaths: written.protectedPaths ?? [...PROTECTED_PATHS],
    approvers: written.approvers ?? [],
    acceptable: written.acceptable ?? ['protected-paths'],
    sandboxChecks: written.sandboxChecks ?? [],
    testCommand: written.testCommand ?? [],
    healthWindowMs: written.healthWindow ?? MINUTE,
  };
  // The same policy has the same version on every host, so evidence can be compared.
  const version = createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 12);
  return { version, ...policy };
}

function resolveIntake({ wip, fullSweep, digestHour = DIGEST_HOUR }: WrittenIntake): Omit<IntakePolicy, 'sweepMs'> {
  return {
    ...(wip === undefined ? {} : { wip }),
    fullSweepMs: fullSweep ?? 60 * MINUTE,
    ...(digestHour === 'never' ? {} : { digestHour }),
  };
}

function resolveWebhooks({ planeProject, giteaRepo }: WrittenWebhooks): ProjectConfig['webhooks'] {
  return { ...(planeProject === undefined ? {} : { planeProject }), ...(giteaRepo === undefined ? {} : { giteaRepo }) };
}

function resolveEnvironment(name: string, { start, port, ready }: WrittenEnvironment): EnvironmentConfig {
  return { name, start, ...(port === undefined ? {} : { port }), readyMs: ready ?? 30 * SECOND };
}

/** A project's entry over the shared one, setting by setting. */
function resolveAgent(shared: WrittenAgent = {}, own: WrittenAgent = {}): AgentConfig {
  const resume = own.resume ?? shared.resume;
  return {
    command: own.command ?? shared.command ?? [],
    ...(resume === undefined ? {} : { resume }),
    totalMs: own.total ?? shared.total ?? 60 * MINUTE,
    idleMs: own.idle ?? shared.idle ?? 10 * MINUTE,
    noProgressMs: own.noProgress ?? shared.noProgress ?? 20 * MINUTE,
    graceMs: own.grace ?? shared.grace ?? 5 * SECOND,
    env: own.env ?? shared.env ?? {},
    passEnv: own.passEnv ?? shared.passEnv ?? [],
    limits: {
      memoryBytes: own.limits?.memory ?? shared.limits?.memory ?? 8 * GIB,
      processes: own.limits?.processes ?? shared.limits?.processes ?? MOST_PROCESSES,
    },
  };
}
