import { readFileSync } from 'node:fs';
import { createService } from './service.mjs';

const { HOST = '127.0.0.1', PORT = '8080', VERSION, REVISION, IMAGE_DIGEST, DEPLOY_ID } = process.env;

const server = createService({
  version: VERSION ?? packageVersion(),
  revision: REVISION ?? 'unknown',
  digest: IMAGE_DIGEST ?? 'unknown',
  deployId: DEPLOY_ID ?? 'unknown',
});

server.on('error', (error) => {
  process.stderr.write(`cannot listen on ${HOST}:${PORT}: ${error.message}\n`);
  process.exitCode = 1;
});
server.listen(Number(PORT), HOST, () => {
  process.stdout.write(`listening on http://${HOST}:${server.address().port}\n`);
});

// Requests being answered are answered to their end; the process ends when the last one has been.
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close());

function packageVersion() {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
