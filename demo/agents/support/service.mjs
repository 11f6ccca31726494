import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What is started. */
export const SERVER = 'service/server.mjs';

// Far longer than a healthy service needs: a busy machine must not look like a broken change.
const PATIENCE_MS = 20_000;

/**
 * Starts the checked out service on a free loopback port, lets `use(get)` ask it, and ends it.
 * `get(path)` answers `{status, body}`. Throws when the service does not come up.
 */
export async function withService(use) {
  const service = spawn(process.execPath, [SERVER], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(service, 'exit');
  try {
    const url = await addressOf(service);
    return await use(async (path) => {
      const response = await fetch(url + path, { signal: AbortSignal.timeout(PATIENCE_MS) });
      return { status: response.status, body: await response.text() };
    });
  } finally {
    service.kill('SIGTERM');
    await ended;
  }
}

function addressOf(service) {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`not listening after ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    const read = (chunk) => {
      output += chunk;
      const url = /listening on (http:\/\/\S+)/.exec(output)?.[1];
      if (url) settle(resolve, url);
    };
    const settle = (how, value) => {
      clearTimeout(timer);
      how(value);
    };
    service.stdout.on('data', read);
    service.stderr.on('data', read);
    service.once('exit', (code) => settle(reject, new Error(`it ended with exit code ${code}: ${output.trim()}`)));
    service.once('error', (error) => settle(reject, error));
  });
}
