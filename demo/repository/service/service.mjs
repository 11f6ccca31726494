import { createServer } from 'node:http';
import { greeting } from './greeting.mjs';

/** The HTTP server, not yet listening; `release` is what `/version` answers. */
export function createService(release) {
  const routes = new Map([
    ['/healthz', () => text(200, 'ok')],
    ['/version', () => json(200, release)],
    ['/greeting', (query) => text(200, greeting(query.get('name') || 'world'))],
  ]);
  return createServer((request, response) => {
    const { status, type, body } = answer(routes, request);
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
    response.end(body);
  });
}

function answer(routes, { method, url }) {
  if (method !== 'GET') return text(405, 'method not allowed');
  const [path, query] = url.split('?', 2);
  const route = routes.get(path);
  if (!route) return text(404, 'not found');
  try {
    return route(new URLSearchParams(query));
  } catch (error) {
    process.stderr.write(`GET ${path} failed: ${error.stack}\n`);
    return text(500, 'internal error');
  }
}

function text(status, body) {
  return { status, type: 'text/plain', body };
}

function json(status, value) {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}
