import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/client';
import type { Config } from '../adapters/config/config.ts';
import { PortError } from '../activities/ports.ts';
import { readIntake } from './intake.ts';
import type { Namespace } from './namespace.ts';
import { addAttributes, createNamespace, raiseRetention, readNamespace, RETENTION_DAYS } from './namespace.ts';
import { ensureIntake } from './tasks.ts';
import { queuesOf, taskProjectOf } from './tasks-of.ts';
import { grpcCode, saidBy } from './unanswered.ts';

export type SetupOptions = {
  client: Client;
  namespace: string;
  config: Config;
  /** `would`: nothing is written. */
  mode: 'do' | 'would';
};

/** One thing Conveyor needs of Temporal. `kept`: it was so before, `changed`: it is now, `would`: it was not. */
export type SetupStep = { part: string; change: 'kept' | 'changed' | 'would'; say: string };

/** A cluster's hosts learn of a new namespace within this time. */
const KNOWN_MS = 30_000;
const LOOK_MS = 250;
const NOT_FOUND = 5;
/** A server with SQL visibility says the second. */
const UNHEARD_ATTRIBUTE = /search attribute .* is not (?:defined|found)|no mapping defined for search attribute/i;

/** Prepares Temporal for the configured projects; doing it again changes nothing. Throws `PortError`. */
export async function setUp(options: SetupOptions): Promise<SetupStep[]> {
  const { client, namespace } = options;
  const before = await untilKnown(() => readNamespace(client, namespace));
  const steps = [await ensureNamespace(before, options)];
  const found = before ?? (options.mode === 'do' ? await createdNamespace(client, namespace) : undefined);
  steps.push(await ensureAttributes(found, options));
  for (const project of Object.keys(options.config.projects)) {
    steps.push(await ensureProject(project, found, options));
  }
  return steps;
}

async function ensureNamespace(before: Namespace | undefined, options: SetupOptions): Promise<SetupStep> {
  const { client, namespace, mode } = options;
  const part = `namespace ${namespace}`;
  const days = `${RETENTION_DAYS} days`;
  if (before === undefined) {
    if (mode === 'do') await createNamespace(client, namespace);
    return step(part, mode, {
      done: `created; it keeps closed tasks for ${days}`,
      would: `create it, to keep closed tasks for ${days}`,
    });
  }
  if (before.retentionDays >= RETENTION_DAYS) return kept(part, `keeps closed tasks for ${before.retentionDays} days`);
  if (mode === 'do') await raiseRetention(client, namespace);
  const change = `how long it keeps closed tasks from ${before.retentionDays} to ${days}`;
  return step(part, mode, { done: `raised ${change}`, would: `raise ${change}` });
}

async function createdNamespace(client: Client, namespace: string): Promise<Namespace> {
  return untilKnown(async () => {
    const found = await readNamespace(client, namespace);
    if (found === undefined) throw new NamespaceNotFoundError(namespace);
    return found;
  });
}

async function ensureAttributes(found: Namespace | undefined, options: SetupOptions): Promise<SetupStep> {
  const { client, namespace, mode } = options;
  const part = 'search attributes';
  if (found === undefined) return { part, change: 'would', say: 'register all' };
  const { missing, otherwise } = found.attributes;
  if (otherwise.length > 0) {
    const what = `The namespace ${namespace} has ${otherwise.join(', ')} with another type than Conveyor's.`;
    throw new PortError('Temporal.SearchAttributes', `${what} Use another namespace: TEMPORAL_NAMESPACE.`, 'config');
  }
  if (missing.length === 0) return kept(part, 'all are registered');
  if (mode === 'do') await untilKnown(() => addAttributes(client, namespace, missing));
  const names = missing.join(', ');
  return step(part, mode, { done: `registered ${names}`, would: `register ${names}` });
}

async function ensureProject(
  project: string,
  found: Namespace | undefined,
  { client, config, mode }: SetupOptions,
): Promise<SetupStep> {
  const part = `intake of ${project}`;
  const read = found === undefined ? { kind: 'absent' } : await untilKnown(() => readIntake(client, project));
  if (read.kind !== 'absent') return kept(part, 'runs');
  const tasks = { client, queuesOf: queuesOf(), projectOf: taskProjectOf(config) };
  if (mode === 'do') await untilKnown(() => ensureIntake(tasks, project));
  return step(part, mode, { done: 'started', would: 'start it' });
}

function kept(part: string, say: string): SetupStep {
  return { part, change: 'kept', say };
}

function step(part: string, mode: SetupOptions['mode'], say: { done: string; would: string }): SetupStep {
  return mode === 'do' ? { part, change: 'changed', say: say.done } : { part, change: 'would', say: say.would };
}

/** Repeats what a server refuses that has not heard of a namespace, or of its attributes, made a moment ago. */
async function untilKnown<T>(request: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + KNOWN_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const unheard = isUnheardOf(error);
      if (!unheard || performance.now() > deadline) throw error;
      await pause(LOOK_MS);
    }
  }
}

function isUnheardOf(error: unknown): boolean {
  const cause = error instanceof PortError ? error.cause : error;
  if (cause instanceof NamespaceNotFoundError || grpcCode(cause) === NOT_FOUND) return true;
  return UNHEARD_ATTRIBUTE.test(saidBy(cause));
}
