import type { Client } from '@temporalio/client';
import { ActivityNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import { sweepOrphans } from '../adapters/agents/lock.ts';
import { findDeadWorkers } from '../adapters/workers/dead-workers.ts';
import type { Paths } from './paths.ts';

export type LostWorkOptions = {
  client: Client;
  paths: Pick<Paths, 'agentLogs' | 'workers'>;
  log: Logger;
  /** Between two looks; 10 s when absent. */
  everyMs?: number;
};

const LOOK_MS = 10_000;
/** A try that died cost nothing: the next one need not wait. */
const NEXT_TRY = '10ms';

/**
 * Looks for what dead workers left on this machine, once before it returns and then until `stop`. Their agents are
 * killed first; then their tries are failed, so that the next ones start now and not after the heartbeat timeout.
 */
export async function watchLostWork(options: LostWorkOptions): Promise<{ stop: () => Promise<void> }> {
  let looking = look(options);
  await looking;
  let over = true;
  const timer = setInterval(() => {
    // A look may take longer than the distance between two.
    if (!over) return;
    over = false;
    looking = look(options).finally(() => (over = true));
  }, options.everyMs ?? LOOK_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

/** What cannot be ended or told now is met again by the next look. */
async function look(options: LostWorkOptions): Promise<void> {
  try {
    await endLostWork(options);
  } catch (error) {
    options.log.warn({ err: error }, 'could not end all that a dead worker had left');
  }
}

async function endLostWork({ client, paths, log }: LostWorkOptions): Promise<void> {
  const told = new Set<string>();
  for (const { attempt, taskToken } of await sweepOrphans(paths.agentLogs, paths.workers)) {
    log.warn({ attempt }, 'ended what a dead worker had left running');
    if (taskToken !== undefined) await failTry(client, taskToken, told);
  }
  for (const { pid, tokens, forget } of await findDeadWorkers(paths.workers)) {
    for (const token of tokens) await failTry(client, token, told);
    log.warn({ worker: pid, tries: tokens.length }, 'a worker died; what it was at is tried again');
    await forget();
  }
}

async function failTry(client: Client, token: string, told: Set<string>): Promise<void> {
  if (told.has(token)) return;
  told.add(token);
  const failure = ApplicationFailure.create({
    type: 'Worker.Died',
    message: 'the worker died',
    details: [{ class: 'transient', integration: 'Conveyor' }],
    nextRetryDelay: NEXT_TRY,
  });
  try {
    await client.activity.fail(Buffer.from(token, 'base64'), failure);
  } catch (error) {
    // Its result was reported, or another try is under way: then nothing is lost.
    if (!(error instanceof ActivityNotFoundError)) throw error;
  }
}
