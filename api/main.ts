/** The webhook endpoint; may run beside the workers or on its own. */

import { createServer } from 'node:http';
import { createNudger } from '../app/nudge.ts';
import { openProgram, stopSignal } from '../app/program.ts';
import { connectClient, temporalOptions } from '../app/temporal.ts';
import { localWebhooks } from '../app/webhooks.ts';
import { createApp } from './app.ts';

const { environment, host, log } = openProgram('api');
const stop = stopSignal();
const secrets = environment.CONVEYOR_WEBHOOK_SECRET;
if (!secrets) {
  // Without a secret anybody could nudge, and nobody would notice that signatures are not checked.
  process.stderr.write('CONVEYOR_WEBHOOK_SECRET is not set; the webhook endpoint needs at least one secret.\n');
  process.exit(2);
}
const client = await connectClient(temporalOptions({}, host));
const app = createApp({
  webhooks: localWebhooks(secrets),
  nudge: createNudger(client),
  ready: () => client.workflowService.getSystemInfo({}),
  log,
});
const server = createServer(app);
server.on('error', (error) => {
  log.fatal({ err: error, port: environment.CONVEYOR_API_PORT }, 'the webhook endpoint cannot listen on its port');
  process.exit(1);
});
server.listen(environment.CONVEYOR_API_PORT, '127.0.0.1', () => {
  log.info({ port: environment.CONVEYOR_API_PORT }, 'api started');
});

function close(): void {
  server.close(() => {
    void client.connection.close();
    process.disconnect?.();
  });
  server.closeAllConnections();
}
stop.addEventListener('abort', close);
// The parent may have gone while the connection was made.
if (stop.aborted) close();
