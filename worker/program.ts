import { homedir } from 'node:os';
import { bundleCacheRoot } from '../app/cache.ts';
import type { Program } from '../app/program.ts';
import { stopSignal } from '../app/program.ts';
import { temporalOptions } from '../app/temporal.ts';
import { readVersion } from '../app/version.ts';
import { identityOf, settingOf } from '../app/worker-identity.ts';
import type { Faults } from '../app/worker-parts.ts';
import { startWorkerParts } from '../app/worker-parts.ts';
import type { CreateWorkersOptions } from './create-worker.ts';
import { notedTries } from './noted-tries.ts';
import { runWorker } from './run-worker.ts';
import { installRuntime } from './runtime.ts';

const AGENT_SLOTS = 2;
/** Requests a second and tracker; a local tracker stands more than a remote one. */
const TRACKER_RATE = 50;
/** After the grace: an agent's tree is killed and what it left is told within seconds. */
const HAND_OVER_MS = 40_000;

export type ProgramOptions = Pick<CreateWorkersOptions, 'maxCachedWorkflows'> & {
  faults?: Faults;
  workflows?: 'elsewhere';
};

/** The whole worker process, until it is asked to stop. Options are for tests. */
export async function runProgram(
  program: Program,
  { faults, workflows, ...options }: ProgramOptions = {},
): Promise<void> {
  const { environment, host, log } = program;
  const stop = stopSignal();
  installRuntime(log);
  const { connection, namespace } = temporalOptions({}, host);
  const parts = await startWorkerParts({ ...program, ...(faults === undefined ? {} : { faults }) });
  const graceMs = environment.CONVEYOR_WORKER_GRACE;
  try {
    await runWorker({
      ...options,
      connection,
      namespace,
      identity: identityOf(settingOf(program, readVersion())),
      queues: parts.queues,
      serves: environment.CONVEYOR_WORKER_QUEUES,
      activities: parts.activities,
      activityInterceptors: [notedTries(parts.noted)],
      agentSlots: AGENT_SLOTS,
      trackerRate: TRACKER_RATE,
      shutdownTimes: { graceMs, forceMs: graceMs + HAND_OVER_MS },
      bundle: workflows ?? { cacheRoot: bundleCacheRoot(host, homedir()) },
      healthPort: environment.CONVEYOR_WORKER_PORT,
      healthBind: environment.CONVEYOR_BIND,
      log,
      stop,
    });
  } finally {
    await parts.stop();
  }
  // The channel to the parent would keep the process alive.
  process.disconnect?.();
}
