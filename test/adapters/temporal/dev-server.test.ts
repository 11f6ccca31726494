import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SearchAttributeType } from '@temporalio/common';
import { defineSearchAttributeKey } from '@temporalio/common';
import { Client, Connection } from '@temporalio/client';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { DevServer, DevServerOptions } from '../../../adapters/temporal/dev-server.ts';
import { startDevServer } from '../../../adapters/temporal/dev-server.ts';
import { stopLeftover } from '../../../adapters/temporal/server-record.ts';
import { identify } from '../../../adapters/local/processes/identity.ts';
import { waitFor } from '../../support/wait-for.ts';

let folder: string;
const servers: DevServer[] = [];
const owners: number[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dev-server-'));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const owner of owners.splice(0)) await kill(owner);
  await stopLeftover(folder);
  await rm(folder, { recursive: true, force: true });
});

describe('startDevServer', () => {
  it('answers when it returns, keeps closed workflows 90 days, and is dead after stop', async () => {
    const server = await start({ storage: 'normal' });
    const { config } = await connected(server, ({ workflowService }) =>
      workflowService.describeNamespace({ namespace: server.namespace }),
    );
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 24 * 3600);
    await server.stop();
    expect(await identify(server.pid)).toBeUndefined();
    await server.stop();
    await expect(server.ended).resolves.toEqual(expect.objectContaining({ code: 0 }));
  });

  it('serves the Web UI where it says', async () => {
    const server = await start({ storage: 'memory', uiPort: 0 });
    const page = await waitFor(
      () =>
        fetch(server.uiUrl ?? '').then(
          (response) => response.text(),
          () => undefined,
        ),
      'the Web UI',
    );
    expect(page).toContain('<html');
  });

  it('finds everything again after a restart', async () => {
    const first = await start({ storage: 'normal', searchAttributes: { Stage: 'KEYWORD' } });
    await startWorkflow(first, 'kept', [['Stage', 'KEYWORD', 'review']]);
    await first.stop();

    const second = await start({ storage: 'normal', searchAttributes: { Stage: 'KEYWORD' } });
    expect(await statusOf(second, 'kept')).toBe('RUNNING');
  });

  it('loses nothing when it is killed', async () => {
    const first = await start({ storage: 'full' });
    await startWorkflow(first, 'kept');
    process.kill(first.pid, 'SIGKILL');
    await first.ended;

    const second = await start({ storage: 'full' });
    expect(await statusOf(second, 'kept')).toBe('RUNNING');
  });

  it('registers a search attribute that is new since the database was made, ready to use', async () => {
    const first = await start({ storage: 'normal', searchAttributes: { Stage: 'KEYWORD' } });
    await first.stop();

    const second = await start({ storage: 'normal', searchAttributes: { Stage: 'KEYWORD', Bounces: 'INT' } });
    await startWorkflow(second, 'newer', [
      ['Stage', 'KEYWORD', 'review'],
      ['Bounces', 'INT', 3],
    ]);
    await waitFor(() => connectedClient(second, (client) => isListed(client, 'Bounces = 3')), 'the new attribute');
  });

  it('says which search attribute has another type in the database', async () => {
    await (await start({ storage: 'normal', searchAttributes: { Stage: 'KEYWORD' } })).stop();
    await expect(start({ storage: 'normal', searchAttributes: { Stage: 'INT' } })).rejects.toMatchObject({
      type: 'Temporal.NotStarted',
      message: expect.stringContaining('Stage already exists and has different type Keyword'),
    });
  });

  it('refuses a folder whose server is still owned by a living process', async () => {
    await start({ storage: 'normal' });
    await expect(start({ storage: 'normal' })).rejects.toMatchObject({
      type: 'Temporal.FolderInUse',
      message: expect.stringContaining(`Process ${process.pid} already runs`),
    });
  });

  it('survives the death of its owner, and the next start stops it and goes on with its database', async () => {
    const left = await startInAnotherProcess();
    await startWorkflow({ address: left.address, namespace: 'test' }, 'kept');
    await kill(left.owner);
    expect(await identify(left.pid)).toBeDefined();

    const next = await start({ storage: 'normal' });
    expect(await identify(left.pid)).toBeUndefined();
    expect(await statusOf(next, 'kept')).toBe('RUNNING');
  });

  it('finds a left-over server whose record was never written', async () => {
    const left = await startInAnotherProcess();
    await kill(left.owner);
    await rm(join(folder, 'server.json'));
    await start({ storage: 'normal' });
    expect(await identify(left.pid)).toBeUndefined();
  });

  it('says that the port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const address = blocker.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(start({ storage: 'memory', port })).rejects.toMatchObject({
      type: 'Temporal.NotStarted',
      message: expect.stringMatching(/address already in use/),
    });
    blocker.close();
  });

  it('says what a CLI that cannot start a server says', async () => {
    const cliPath = join(folder, 'broken');
    await mkdir(folder, { recursive: true });
    await writeFile(cliPath, '#!/bin/sh\necho "Error: out of luck" >&2\nexit 1\n', { mode: 0o755 });
    await expect(start({ storage: 'memory', cliPath })).rejects.toThrow(
      'Cannot start the embedded Temporal server: Error: out of luck',
    );
  });
});

async function start(options: Partial<DevServerOptions> & Pick<DevServerOptions, 'storage'>): Promise<DevServer> {
  const { cliPath } = inject('temporal');
  const server = await startDevServer({ cliPath, folder, namespace: 'test', searchAttributes: {}, ...options });
  servers.push(server);
  return server;
}

/** Starts the server in a process that we can kill. */
async function startInAnotherProcess(): Promise<{ owner: number; pid: number; address: string }> {
  const program = fileURLToPath(new URL('../../support/server-owner.ts', import.meta.url));
  const { cliPath } = inject('temporal');
  const owner = execa(process.execPath, ['--import', 'tsx', program, cliPath, folder], { reject: false });
  if (owner.pid === undefined) throw new Error('the owner could not be started');
  owners.push(owner.pid);
  const [line]: string[] = await once(owner.stdout.setEncoding('utf8'), 'data');
  const { pid, address }: { pid: number; address: string } = JSON.parse(line ?? '');
  return { owner: owner.pid, pid, address };
}

async function kill(pid: number): Promise<void> {
  if ((await identify(pid)) === undefined) return;
  process.kill(pid, 'SIGKILL');
  await waitFor(async () => (await identify(pid)) === undefined, `process ${pid} to die`);
}

type Place = Pick<DevServer, 'address' | 'namespace'>;

async function connected<T>({ address }: Place, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

async function connectedClient<T>(place: Place, work: (client: Client) => Promise<T>): Promise<T> {
  return connected(place, (connection) => work(new Client({ connection, namespace: place.namespace })));
}

async function startWorkflow(
  place: Place,
  workflowId: string,
  attributes: [string, SearchAttributeType, string | number][] = [],
): Promise<void> {
  const typedSearchAttributes = attributes.map(([name, type, value]) => ({
    key: defineSearchAttributeKey(name, type),
    value,
  }));
  await connectedClient(place, (client) =>
    client.workflow.start('nobodyRunsIt', {
      taskQueue: 'none',
      workflowId,
      // @ts-expect-error the pairs are typed one by one, and this list is not known before the test runs
      typedSearchAttributes,
    }),
  );
}

async function statusOf(place: Place, workflowId: string): Promise<string> {
  const { status } = await connectedClient(place, (client) => client.workflow.getHandle(workflowId).describe());
  return status.name;
}

async function isListed(client: Client, query: string): Promise<boolean> {
  return (await client.workflow.count(query)).count === 1;
}
