import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogNotifier } from '../../adapters/notify/log.ts';
import { createLocalBoard } from '../../adapters/local/tracker/board.ts';
import { createLocalTracker } from '../../adapters/local/tracker/tracker.ts';
import { DEFAULT_STATE_NAMES } from '../../domain/card.ts';
import { promptFor } from '../../domain/prompts/prompt-for.ts';
import type { TestApi } from '../api/support.ts';
import { openApi, post, recorded, signed } from '../api/support.ts';

/** Whatever a sender or a person writes, only addresses of the configuration are called. */
let canary: Server;
let knocks = 0;
/** Where this process wanted to connect to, by `host:port` or `port`. */
let asked: string[] = [];
let api: TestApi;
let root: string;

beforeAll(async () => {
  canary = createServer((_request, response) => void response.end('here'));
  canary.on('connection', () => (knocks += 1));
  canary.listen(0, '127.0.0.1');
  await once(canary, 'listening');
  api = await openApi();
  root = await mkdtemp(join(tmpdir(), 'conveyor-urls-'));
});
afterAll(async () => {
  await api.close();
  canary.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  knocks = 0;
  const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    asked.push(JSON.stringify(args));
    return Reflect.apply(connect, this, args);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function urls(): string[] {
  const port = portOf(canary);
  return [
    `http://127.0.0.1:${port}/canary`,
    `http://localhost:${port}/canary`,
    `http://ann:secret@127.0.0.1:${port}/canary`,
    `git://127.0.0.1:${port}/canary.git`,
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/computeMetadata/v1/',
    '//127.0.0.1:7233',
  ];
}

/** Where anything but the endpoint itself was asked. */
function strangers(): string[] {
  const { port } = new URL(api.url);
  return asked.filter((args) => !args.includes(`"${port}"`) && !args.includes(`:${port}`));
}

/** What says where to look: with an address there, the rest is never looked at. */
const READ: readonly string[] = [
  'event',
  'project',
  'full_name',
  'ref',
  'ref_type',
  'after',
  'sha',
  'label',
  'key',
  'repo',
];

/** The body with the address in every field that holds a text, those within lists and mappings included, but for some. */
function everywhere(value: unknown, url: string, but: readonly string[] = []): unknown {
  if (typeof value === 'string') return url;
  if (Array.isArray(value)) return value.map((inner) => everywhere(inner, url, but));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const stays = but.includes(key) && typeof inner === 'string';
    return [key, stays ? inner : everywhere(inner, url, but)];
  });
  return Object.fromEntries(entries);
}

/** Refused because it is in every field, and taken because it is in all others. */
function bodiesOf(original: unknown): unknown[] {
  return urls().flatMap((url) => [everywhere(original, url), everywhere(original, url, READ)]);
}

const DELIVERIES = (['plane', 'gitea'] as const).flatMap((sender) =>
  readdirSync(join(import.meta.dirname, '../fixtures/recorded', sender, 'webhooks'))
    .filter((name) => name.endsWith('.body'))
    .map((name) => [sender, name.slice(0, -'.body'.length)] as const),
);
const LOCAL = {
  event: 'card.moved',
  key: 'SHOP-1',
  project: 'SHOP',
  repo: 'shop',
  branch: 'task/SHOP-1-x',
  by: 'ann',
  at: 1,
};

describe('addresses in webhooks', () => {
  it.each(DELIVERIES)('of %s are not called: %s', async (sender, name) => {
    const { body, headers } = recorded(sender, name);
    const event = headers['X-Gitea-Event-Type'] ?? headers['x-gitea-event-type'];
    const original = parsed(body);
    if (original === undefined) return;
    await deliver(sender, bodiesOf(original), event === undefined ? {} : { 'x-gitea-event-type': event });
    expect(strangers()).toEqual([]);
    expect(knocks).toBe(0);
  });

  it('of a local provider are not called', async () => {
    await deliver('local', bodiesOf(LOCAL), {});
    expect(strangers()).toEqual([]);
    expect(knocks).toBe(0);
  });
});

/** Bodies that are no JSON are refused before anything is read. */
function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function deliver(
  sender: 'plane' | 'gitea' | 'local',
  bodies: readonly unknown[],
  headers: Record<string, string>,
): Promise<void> {
  const statuses = await Promise.all(
    bodies.map(async (body) => {
      const bytes = JSON.stringify(body);
      return (await post(api, sender, bytes, { ...signed(sender, bytes), ...headers })).status;
    }),
  );
  expect(statuses.filter((status) => ![200, 202, 400].includes(status))).toEqual([]);
  expect(statuses.filter((status) => status !== 400).length).toBeGreaterThanOrEqual(urls().length);
}

it('addresses on a card, in its comments and in findings are not called: they are words', async () => {
  const boards = { root, now: () => Date.parse('2026-01-31T12:00:00Z'), announce: () => undefined };
  const board = createLocalBoard(boards);
  const tracker = createLocalTracker({
    ...boards,
    stateNames: { SHOP: DEFAULT_STATE_NAMES },
    ourActor: 'conveyor',
    onBadCard: () => undefined,
  });
  await board.createBoard({ project: 'SHOP' });
  for (const url of urls()) {
    const key = await board.addCard({
      project: 'SHOP',
      title: url,
      body: `![x](${url})\n<img src="${url}">\n${url}`,
      by: url,
    });
    await board.comment({ project: 'SHOP', key, text: url, by: url });
    const item = await tracker.item('SHOP', key);
    await tracker.look('SHOP', key);
    await tracker.changes('SHOP', undefined);
    await tracker.comment('SHOP', key, { marker: key, markdown: url });
    const prompt = promptFor({
      role: 'developer',
      owes: 'changes',
      documents: [],
      key,
      title: item?.title ?? '',
      body: item?.body ?? '',
      branch: 'task/SHOP-1',
      head: 'a'.repeat(40),
      base: 'main',
      findings: [{ text: url, where: url }],
      words: [url],
      attempt: 1,
    });
    expect(prompt).toContain(url);
    const path = join(root, 'notifications.jsonl');
    await createLogNotifier({ path, now: () => 1, log: () => undefined }).send({ marker: key, text: url });
  }
  expect(asked).toEqual([]);
  expect(knocks).toBe(0);
});

it('the canary hears who does call it', async () => {
  await fetch(urls()[0] ?? '');
  expect(knocks).toBe(1);
  expect(strangers().length).toBeGreaterThan(0);
});
