/** A program that starts a server on a folder, prints where it is, and stays until it is killed. */

import { startDevServer } from '../../adapters/temporal/dev-server.ts';

const [cliPath = '', folder = ''] = process.argv.slice(2);
const { pid, address } = await startDevServer({
  cliPath,
  folder,
  storage: 'normal',
  namespace: 'test',
  searchAttributes: {},
});
process.stdout.write(`${JSON.stringify({ pid, address })}\n`);
setInterval(() => undefined, 60_000);
