import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import type { DevServer } from '../../adapters/temporal/dev-server.ts';
import { startDevServer } from '../../adapters/temporal/dev-server.ts';
import { findTemporalCli } from '../../adapters/temporal/find-cli.ts';
import { freePorts } from '../../adapters/temporal/free-ports.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { explain, outcomeOf, until } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { gitea, send, SENDER_LINES } from './support/senders.ts';
import { TEST_MS } from './support/use-world.ts';
import { withWorld } from './support/world.ts';

// prettier-ignore
const ROWS = `
      - { name: development, work: 'agent: developer', leave: [ci],    pass: testing, fail: development }
      - { name: testing,     work: 'agent: tester',    leave: [tests], pass: done,    fail: development }`;
const OUTSIDE = 'outside';

let folder: string;
let server: DevServer;
let start: () => Promise<DevServer>;
const cacheRoot = userCacheRoot(process.env, homedir());

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyor-away-'));
  const cli = await findTemporalCli({ env: process.env, cacheRoot, say: () => undefined });
  const [port = 0] = await freePorts(1);
  start = () =>
    startDevServer({
      cliPath: cli.path,
      folder,
      storage: 'normal',
      namespace: 'conveyor-test',
      searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map(({ name, type }) => [name, type])),
      timers: 'fast',
      port,
    });
  server = await start();
}, TEST_MS);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

it(
  'a webhook that comes while Temporal is away is answered 503 in time, counted, and healed by a timer',
  async () => {
    const { address } = server;
    const options = {
      yaml: tableConfig(ROWS, {
        roles: ['developer', 'tester'],
        project: `${SENDER_LINES.project}\n    policy: { requiredContexts: [${OUTSIDE}] }`,
      }),
      drop: ({ event, branch }: { event: string; branch?: string | undefined }) =>
        event === 'status' && branch === undefined,
    };
    await withWorld({ address, namespace: 'conveyor-test', cliPath: '', cacheRoot }, options, async (world) => {
      const key = await world.enter();
      const { subjects } = await until(world, key, 'the check from outside', ({ status, sentence }) => {
        return status === 'waiting' && sentence.includes(OUTSIDE);
      });
      const sha = subjects.head ?? '';
      await server.stop();
      await world.forge.setStatus(world.project.repo, sha, { context: OUTSIDE, state: 'success', description: 'fine' });
      const at = performance.now();
      expect(await send(world, gitea('status', { sha }))).toEqual({ status: 503, workflowIds: [] });
      expect(performance.now() - at).toBeLessThan(5_000);
      const metrics = await (await fetch(`${world.apiUrl}/metrics`)).text();
      expect(metrics).toContain('conveyor_webhooks_total{sender="gitea",outcome="undelivered"} 1');
      server = await start();
      expect(await outcomeOf(world, key)).toBe('done');
      expect((await explain(world, key)).ledger.healedByTimer).toBeGreaterThanOrEqual(1);
    });
  },
  TEST_MS,
);
