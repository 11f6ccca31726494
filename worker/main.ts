/** The worker: workflows, gates, agents and releases, with the local providers beside them. */

import { homedir } from 'node:os';
import { openProgram, stopSignal } from '../app/program.ts';
import { bundleCacheRoot } from '../app/cache.ts';
import { temporalOptions } from '../app/temporal.ts';
import { readVersion } from '../app/version.ts';
import { identityOf, settingOf } from '../app/worker-identity.ts';
import { startWorkerParts } from '../app/worker-parts.ts';
import { runWorker } from './run-worker.ts';
import { installRuntime } from './runtime.ts';

const AGENT_SLOTS = 2;
/** Requests a second and tracker; a local tracker stands more than a remote one. */
const TRACKER_RATE = 50;

const program = openProgram('worker');
const stop = stopSignal();
installRuntime(program.log);
const { connection, namespace } = temporalOptions({}, program.host);
const parts = await startWorkerParts(program);
try {
  await runWorker({
    connection,
    namespace,
    identity: identityOf(settingOf(program, readVersion())),
    queues: parts.queues,
    activities: parts.activities,
    agentSlots: AGENT_SLOTS,
    trackerRate: TRACKER_RATE,
    bundle: { cacheRoot: bundleCacheRoot(program.host, homedir()) },
    healthPort: program.environment.CONVEYOR_WORKER_PORT,
    log: program.log,
    stop,
  });
} finally {
  await parts.stop();
}
// The channel to the parent would keep the process alive.
process.disconnect?.();
