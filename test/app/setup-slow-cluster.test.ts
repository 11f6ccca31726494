/** A cluster's hosts learn of new search attributes after a while; a server of its own does at once. */

import { randomUUID } from 'node:crypto';
import { Client, Connection, ServiceError } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { loadConfig } from '../../adapters/config/load-config.ts';
import { setUp } from '../../app/setup.ts';

let connection: Connection;

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporal').address });
});
afterAll(() => connection.close());

it.each([
  ['Namespace orchard has no mapping defined for search attribute TaskProject', 'started'],
  ['search attribute TaskProject is not defined', 'started'],
  ['Workflow id is too long', 'refused'],
])('an intake that is refused once with "%s" is %s', async (says, outcome) => {
  const namespace = `slow-${randomUUID().slice(0, 8)}`;
  const client = new Client({ connection, namespace });
  const cause = Object.assign(new Error(`3 INVALID_ARGUMENT: ${says}`), { code: 3, details: says, metadata: {} });
  const refused = new ServiceError('Failed to start Workflow', { cause });
  vi.spyOn(client.workflow, 'start').mockRejectedValueOnce(refused);
  const read = loadConfig({ path: 'conveyor.example.yaml', env: {} });
  if (read.kind === 'invalid') throw new Error(read.problems[0]?.message);
  const steps = setUp({ client, namespace, config: read.config, mode: 'do' });
  if (outcome === 'refused') return expect(steps).rejects.toBe(refused);
  expect((await steps).at(-1)).toEqual({ part: 'intake of ORCH', change: 'changed', say: 'started' });
});
