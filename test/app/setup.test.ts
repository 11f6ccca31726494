/** On the real server, each test in a namespace of its own. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Config } from '../../adapters/config/config.ts';
import { loadConfig } from '../../adapters/config/load-config.ts';
import { addAttributes, readNamespace } from '../../app/namespace.ts';
import { setUp } from '../../app/setup.ts';
import { projectWorkflowId } from '../../workflows/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';

const DAY_MS = 86_400_000;
let connection: Connection;
let config: Config;

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporal').address });
  const path = join(await mkdtemp(join(tmpdir(), 'conveyor-setup-')), 'conveyor.yaml');
  const read = loadConfig({ path: 'conveyor.example.yaml', env: { CONVEYOR_DATA: path } });
  if (read.kind === 'invalid') throw new Error(read.problems[0]?.message);
  await writeFile(path, '');
  ({ config } = read);
});
afterAll(() => connection.close());

function fresh(): { client: Client; namespace: string } {
  const namespace = `setup-${randomUUID().slice(0, 8)}`;
  return { namespace, client: new Client({ connection, namespace }) };
}

const changes = async (options: Parameters<typeof setUp>[0]): Promise<string[]> =>
  (await setUp(options)).map(({ part, change }) => `${part.split(' ')[0]} ${change}`);

it('makes namespace, search attributes and intakes once; again it changes nothing', async () => {
  const { client, namespace } = fresh();
  const options = { client, namespace, config, mode: 'do' } as const;
  expect(await changes(options)).toEqual(['namespace changed', 'search changed', 'intake changed']);
  expect(await readNamespace(client, namespace)).toEqual({
    retentionDays: 90,
    attributes: { missing: [], otherwise: [] },
  });
  const first = await client.workflow.getHandle(projectWorkflowId('ORCH')).describe();
  expect(first.status.name).toBe('RUNNING');

  expect(await changes(options)).toEqual(['namespace kept', 'search kept', 'intake kept']);
  const second = await client.workflow.getHandle(projectWorkflowId('ORCH')).describe();
  expect(second.runId).toBe(first.runId);
});

it('two at the same moment end as one does', async () => {
  const { client, namespace } = fresh();
  const options = { client, namespace, config, mode: 'do' } as const;
  await Promise.all([setUp(options), setUp(options)]);
  expect(await changes(options)).toEqual(['namespace kept', 'search kept', 'intake kept']);
});

it('only tells what it would do, and writes nothing', async () => {
  const { client, namespace } = fresh();
  const options = { client, namespace, config, mode: 'would' } as const;
  expect(await changes(options)).toEqual(['namespace would', 'search would', 'intake would']);
  expect(await readNamespace(client, namespace)).toBe(undefined);
});

it('only tells what it would change of a namespace that is there', async () => {
  const { client, namespace } = fresh();
  const options = { client, namespace, config, mode: 'would' } as const;
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs(3 * DAY_MS) });
  const before = await readNamespace(client, namespace);
  expect((await setUp(options)).map(({ say }) => say)).toEqual([
    'raise how long it keeps closed tasks from 3 to 90 days',
    `register ${SEARCH_ATTRIBUTES.map(({ name }) => name).join(', ')}`,
    'start it',
  ]);
  expect(await readNamespace(client, namespace)).toEqual(before);
  await expect(client.workflow.getHandle(projectWorkflowId('ORCH')).describe()).rejects.toThrow();
});

it('raises a short retention, leaves a longer one, and registers only what is missing', async () => {
  const { client, namespace } = fresh();
  const options = { client, namespace, config, mode: 'do' } as const;
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs(3 * DAY_MS) });
  const names = SEARCH_ATTRIBUTES.map(({ name }) => name);
  await addAttributes(client, namespace, names.slice(1));
  expect((await setUp(options)).map(({ say }) => say)).toEqual([
    'raised how long it keeps closed tasks from 3 to 90 days',
    `registered ${names[0]}`,
    'started',
  ]);
  const config365 = { workflowExecutionRetentionTtl: msToTs(365 * DAY_MS) };
  await client.workflowService.updateNamespace({ namespace, config: config365 });
  expect((await setUp(options))[0]).toEqual({
    part: `namespace ${namespace}`,
    change: 'kept',
    say: 'keeps closed tasks for 365 days',
  });
});

it('refuses a namespace where one of the attributes means something else', async () => {
  const { client, namespace } = fresh();
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs(90 * DAY_MS) });
  const wrong = { namespace, searchAttributes: { TaskBounces: 2 } };
  await client.connection.operatorService.addSearchAttributes(wrong);
  await expect(setUp({ client, namespace, config, mode: 'do' })).rejects.toMatchObject({
    type: 'Temporal.SearchAttributes',
    message: expect.stringContaining('TaskBounces'),
  });
});
