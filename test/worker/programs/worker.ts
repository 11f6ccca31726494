/** A worker as `worker/main.ts` runs one: logs as JSON lines to stderr, stopped by a signal. */

import { pino } from 'pino';
import { installRuntime } from '../../../worker/runtime.ts';
import { runWorker } from '../../../worker/run-worker.ts';

const [address = '', namespace = '', cacheRoot = '', queue = ''] = process.argv.slice(2);
const log = pino(pino.destination({ fd: 2, sync: true }));

installRuntime(log);
await runWorker({
  connection: { address },
  namespace,
  queues: { control: `${queue}-control`, agents: `${queue}-agents`, release: `${queue}-release`, trackers: [] },
  activities: { greet: async () => 'hello' },
  agentSlots: 1,
  trackerRate: 1,
  bundle: { cacheRoot },
  healthPort: 0,
  log,
});
