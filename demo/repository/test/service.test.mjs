import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createService } from '../service/service.mjs';

const release = { version: '1.2.3', revision: 'abc', digest: 'sha256:def', deployId: 'deploy-1' };
const service = createService(release);
let url;

before(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  url = `http://127.0.0.1:${service.address().port}`;
});

after(() => service.close());

async function get(path, options) {
  const response = await fetch(url + path, options);
  return { status: response.status, body: await response.text() };
}

test('says that it is healthy', async () => {
  assert.deepEqual(await get('/healthz'), { status: 200, body: 'ok' });
});

test('says which release it is', async () => {
  const { status, body } = await get('/version');
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(body), release);
});

test('greets by name, and the world without one', async () => {
  assert.deepEqual(await get('/greeting?name=Ada'), { status: 200, body: 'Hello, Ada!' });
  assert.deepEqual(await get('/greeting'), { status: 200, body: 'Hello, world!' });
});

test('knows no other path and no other method', async () => {
  assert.equal((await get('/elsewhere')).status, 404);
  assert.equal((await get('/greeting', { method: 'POST' })).status, 405);
});
