import { pino } from 'pino';
import { sign } from '../../../adapters/local/webhook/signature.ts';
import { createApp } from '../../../api/app.ts';
import { startServer } from '../../../api/server.ts';
import { createNudger } from '../../../app/nudge.ts';
import { createTasks } from '../../../app/tasks.ts';
import { queuesOf } from '../../../app/tasks-of.ts';
import { readLocal } from '../../../app/webhooks/local.ts';
import { pending } from '../../../domain/verdict.ts';
import { cachedBundle } from '../../../worker/bundle-cache.ts';
import { workflowBundle } from '../../../worker/bundle.ts';
import { nudgeSignal } from '../../../workflows/messages.ts';
import { withWorkers } from '../../support/workers.ts';
import { SOURCE } from '../bare.ts';
import type { Bench } from '../bench.ts';
import type { Figure, Measured } from '../figure.ts';
import { instantActivities } from '../instant-activities.ts';
import { PARKED } from '../parked.ts';
import { percentile } from '../percentile.ts';
import { shared } from '../shared.ts';

const PROJECT = 'WOKEN';
const TASKS = 10;
const WARM_UPS = 20;
const PAIRS = 400;
const SECRET = 'of this bench';
const NAMES = { isProject: () => true, repoOf: (repo: string) => ({ repo, bases: ['main'] }) };

type Latencies = { webhook: number[]; raw: number[] };

/** From a webhook's bytes leaving its sender to the gate's read, against a bare signal to a bare activity. */
export const webhookMedian = figureOf(0.5, 'webhook to gate read, p50, over a raw signal');
export const webhookTail = figureOf(0.99, 'webhook to gate read, p99, over a raw signal');

function figureOf(share: number, figure: string): Figure {
  return { figure, unit: '×', aim: 1.25, limit: 1.5, measure: async (bench) => ratioOf(await latencies(bench), share) };
}

function ratioOf({ webhook, raw }: Latencies, share: number): Measured {
  const [webhookMs, rawMs] = [percentile(webhook, share), percentile(raw, share)];
  return {
    value: Math.round((webhookMs / rawMs) * 1000) / 1000,
    raw: { pairs: raw.length, webhookMs: Math.round(webhookMs * 100) / 100, rawMs: Math.round(rawMs * 100) / 100 },
  };
}

const latencies = shared(async (bench: Bench): Promise<Latencies> => {
  const reads = readings();
  const activities = { ...instantActivities(() => nobody()), judgeGate: reads.judgeGate };
  const { temporal, cacheRoot } = bench;
  const [tasks, bare] = [queuesOf('woken-')(PROJECT), queuesOf('woken-bare-')(PROJECT)];
  const options = (queues: typeof tasks) => ({ activities, queues: { ...queues, trackers: [queues.tracker] } });
  return withWorkers(temporal, { ...options(tasks), bundle: await workflowBundle({ cacheRoot }) }, async () =>
    withWorkers(temporal, { ...options(bare), bundle: await cachedBundle(SOURCE, { cacheRoot }) }, async () => {
      await park(bench, tasks, bare, reads);
      return withApi(bench, (post) => measurePairs(bench, post, reads));
    }),
  );
});

/** Tasks and bare workflows that wait for a nudge and nothing else. */
async function park({ temporal: { client } }: Bench, tasks: Queues, bare: Queues, reads: Readings): Promise<void> {
  const project = { key: PROJECT, repo: 'product', base: 'main', sweepMs: 60_000, pipeline: PARKED };
  const starter = createTasks({ client, queuesOf: () => tasks, projectOf: () => project });
  for (let n = 1; n <= TASKS; n++) {
    const parked = reads.next(keyOf(n));
    await starter.start(PROJECT, { key: keyOf(n), title: 'Wait' }, 1);
    await parked;
    const input = { queues: bare, looks: PARKED.looks, key: bareOf(n) };
    await client.workflow.start('woken', { workflowId: bareOf(n), taskQueue: bare.control, args: [input] });
  }
}

async function measurePairs({ temporal: { client } }: Bench, post: Post, reads: Readings): Promise<Latencies> {
  const found: Latencies = { webhook: [], raw: [] };
  for (let pair = -WARM_UPS; pair < PAIRS; pair++) {
    const n = (Math.abs(pair) % TASKS) + 1;
    const webhook = await timed(reads.next(keyOf(n)), () => post(keyOf(n)));
    const raw = await timed(reads.next(bareOf(n)), () =>
      client.workflow.getHandle(bareOf(n)).signal(nudgeSignal, { source: 'forge' }),
    );
    if (pair < 0) continue;
    found.webhook.push(webhook);
    found.raw.push(raw);
  }
  return found;
}

/** Milliseconds from the call to the read it leads to; both have ended before the next is begun. */
async function timed(read: Promise<number>, send: () => Promise<unknown>): Promise<number> {
  const sent = performance.now();
  const [at] = await Promise.all([read, send()]);
  return at - sent;
}

type Queues = ReturnType<ReturnType<typeof queuesOf>>;
type Readings = ReturnType<typeof readings>;

/** When each key's gate is read next. */
function readings() {
  const waiting = new Map<string, (at: number) => void>();
  return {
    next: (key: string): Promise<number> => new Promise((resolve) => waiting.set(key, resolve)),
    judgeGate: async ({ spec }: { spec: { key: string } }) => {
      waiting.get(spec.key)?.(performance.now());
      return { verdict: pending('unit on the head') };
    },
  };
}

type Post = (key: string) => Promise<void>;

/** The endpoint as it is served, and a sender that signs. */
async function withApi<T>({ temporal: { client } }: Bench, work: (post: Post) => Promise<T>): Promise<T> {
  const app = createApp({
    secrets: { local: [SECRET] },
    read: ({ body }) => readLocal(body, NAMES),
    nudge: createNudger({ client, projectsOf: () => [] }),
    ready: async () => undefined,
    requestsPerMinute: 1_000_000,
    log: pino({ level: 'silent' }),
  });
  const server = await startServer(app, { port: 0 });
  try {
    return await work((key) => postSigned(`${server.url}/webhooks/local`, key));
  } finally {
    await server.close();
  }
}

async function postSigned(url: string, key: string): Promise<void> {
  const bytes = Buffer.from(
    JSON.stringify({ event: 'status', repo: 'product', branch: `task/${key}`, at: Date.now() }),
  );
  const headers = { 'content-type': 'application/json', 'x-conveyor-signature': sign(SECRET, bytes) };
  const response = await fetch(url, { method: 'POST', headers, body: bytes });
  if (response.status !== 202) throw new Error(`The endpoint answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

function keyOf(n: number): string {
  return `${PROJECT}-${n}`;
}

function bareOf(n: number): string {
  return `bare-${keyOf(n)}`;
}

function nobody(): never {
  throw new Error('A parked task does nothing but read its gate');
}
