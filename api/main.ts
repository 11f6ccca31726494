/** The webhook endpoint; may run beside the workers or on its own. */

import { createNudger, projectsDelivering } from '../app/nudge.ts';
import { openProgram, stopSignal } from '../app/program.ts';
import { lazyClient, temporalOptions } from '../app/temporal.ts';
import { createReadDelivery } from '../app/webhooks/read-delivery.ts';
import { secretsProblem, webhookSecrets } from '../app/webhooks/secrets.ts';
import { createApp } from './app.ts';
import { startServer } from './server.ts';

const READY_MS = 2_000;

const { config, environment, host, log } = openProgram('api');
const stop = stopSignal();
const secrets = webhookSecrets(environment);
const problem = secretsProblem(secrets);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}
// Webhooks may come before Temporal does: they are answered with 503, and counted, until it is there.
const client = lazyClient(temporalOptions({}, host));
const app = createApp({
  secrets,
  read: createReadDelivery(config),
  nudge: createNudger({ client, projectsOf: projectsDelivering(config) }),
  ready: () => client.withDeadline(Date.now() + READY_MS, () => client.workflowService.getSystemInfo({})),
  log,
});
const { CONVEYOR_API_PORT: port, CONVEYOR_BIND: bind } = environment;
try {
  const server = await startServer(app, { port, bind });
  log.info({ port, bind, senders: Object.keys(secrets) }, 'api started');
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  await server.close();
} catch (error) {
  log.fatal({ err: error, port }, 'the webhook endpoint cannot listen on its port');
  process.exit(1);
}
await client.connection.close();
// The channel to the parent would keep the process alive.
process.disconnect?.();
