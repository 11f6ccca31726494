/** Serves the control queue alone with the workflows of tests, says so on stdout, and stays until it is killed. */

import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { cachedBundle } from '../../../worker/bundle-cache.ts';
import { createWorkers } from '../../../worker/create-worker.ts';
import { installRuntime } from '../../../worker/runtime.ts';
import { smokeSource } from '../../support/smoke-bundle.ts';

const [address = '', namespace = '', cacheRoot = '', queue = ''] = process.argv.slice(2);
installRuntime(pino({ level: 'silent' }));
const workers = await createWorkers({
  connection: await NativeConnection.connect({ address }),
  namespace,
  identity: 'the one that dies',
  bundle: await cachedBundle(smokeSource(), { cacheRoot }),
  activities: {},
  queues: { control: queue, agents: '', release: '', trackers: [] },
  serves: ['control'],
  agentSlots: 1,
  trackerRate: 1,
});
process.stdout.write('ready\n');
await workers.run();
