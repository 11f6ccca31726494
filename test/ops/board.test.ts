import { createHmac } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalBoard } from '../../adapters/local/tracker/board.ts';
import { createOpsDeps } from '../../app/ops-deps.ts';
import type { Given, Ran } from './support.ts';
import { conveyor } from './support.ts';

let folder = '';
let server: Server | undefined;
type Received = { signed: 'yes' | 'no'; event: unknown };
let received: Received[] = [];
const SECRET = 'of this test';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyor-board-'));
  received = [];
  const yaml = await readFile('conveyor.example.yaml', 'utf8');
  await writeFile(join(folder, 'conveyor.yaml'), yaml);
  const root = join(folder, '.conveyor', 'tracker');
  await createLocalBoard({ root, now: Date.now, announce: () => undefined }).createBoard({ project: 'ORCH' });
});

afterEach(() => void server?.close());

/** An endpoint that checks the signature over the raw bytes. */
async function endpoint(): Promise<string> {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const signature = createHmac('sha256', SECRET).update(bytes).digest('hex');
      const signed = String(request.headers['x-conveyor-signature']).endsWith(signature) ? 'yes' : 'no';
      if (request.url === '/webhooks/local') received.push({ signed, event: JSON.parse(bytes.toString('utf8')) });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function runStack(apiUrl: string): Promise<void> {
  const stack = { temporalAddress: '127.0.0.1:1', namespace: 'default', apiUrl, webhookSecret: SECRET };
  await mkdir(join(folder, '.conveyor'), { recursive: true });
  await writeFile(join(folder, '.conveyor', 'stack.json'), JSON.stringify(stack), { mode: 0o600 });
}

async function run(argv: string[], given: Given & { env?: Record<string, string> } = {}): Promise<Ran> {
  let warned = '';
  const env = { CONVEYOR_CONFIG: join(folder, 'conveyor.yaml'), USER: 'ada', ...given.env };
  const real = createOpsDeps(env, { stderr: { write: (text: string) => (warned += text) } });
  const { io: _, ...deps } = real;
  const ran = await conveyor(argv, { ...deps, ...given });
  return { ...ran, stderr: ran.stderr + warned };
}

const card = (key: string): Promise<string> =>
  readFile(join(folder, '.conveyor', 'tracker', 'ORCH', `${key}.md`), 'utf8');

describe('conveyor board', () => {
  it('adds a card, moves it to the entry state and tells the running stack, signed', async () => {
    await runStack(await endpoint());
    const { stdout, stderr, exit } = await run(['board', 'add', 'Say goodbye', '--body', 'GET /goodbye', '--start']);
    expect([stdout, stderr, exit]).toEqual(['ORCH-1\n', '', 0]);
    expect(await card('ORCH-1')).toContain('by: ada');
    expect(await card('ORCH-1')).toContain('state: In Progress');
    expect(received).toEqual([
      { signed: 'yes', event: expect.objectContaining({ event: 'card.added', key: 'ORCH-1', project: 'ORCH' }) },
      { signed: 'yes', event: expect.objectContaining({ event: 'card.moved', key: 'ORCH-1' }) },
    ]);
  });

  it('takes secret and port from the environment before the running stack’s', async () => {
    const url = await endpoint();
    await runStack('http://127.0.0.1:1');
    const env = { CONVEYOR_WEBHOOK_SECRET: `${SECRET},older`, CONVEYOR_API_PORT: new URL(url).port };
    await run(['board', 'add', 'Say goodbye'], { env });
    expect(received).toEqual([{ signed: 'yes', event: expect.objectContaining({ event: 'card.added' }) }]);
  });

  it('keeps the card when nothing runs, and says when it will be found', async () => {
    const { stdout, stderr, exit } = await run(['board', 'add', 'Say goodbye'], { tty: 'tty' });
    expect(exit).toBe(0);
    expect(stdout + stderr).toMatchInlineSnapshot(`
      "Added ORCH-1 to the board of ORCH.
      → conveyor board move ORCH-1 "In Progress"
      Conveyor does not run here; it finds the change once it does.
      "
    `);
  });

  it('reads the body from a file, and says when it cannot', async () => {
    await writeFile(join(folder, 'card.md'), 'from a file\n');
    await run(['board', 'add', 'Say goodbye', '--body-file', join(folder, 'card.md')]);
    expect(await card('ORCH-1')).toContain('from a file');
    const missing = await run(['board', 'add', 'Say goodbye', '--body-file', '/nowhere/card.md']);
    expect([missing.exit, missing.stderr]).toMatchInlineSnapshot(`
      [
        2,
        "error: the body cannot be read from /nowhere/card.md
      ENOENT: no such file or directory, open '/nowhere/card.md'
      ",
      ]
    `);
  });

  it('moves a card once, and says so when it is there already', async () => {
    await run(['board', 'add', 'Say goodbye']);
    const move = ['board', 'move', 'ORCH-1', 'In Progress'];
    expect((await run(move)).stdout).toBe('ORCH-1\tIn Progress\tchanged\n');
    expect((await run(move)).stdout).toBe('ORCH-1\tIn Progress\tsame\n');
    expect((await run(move, { tty: 'tty' })).stdout).toBe('ORCH-1 is in In Progress already.\n');
  });

  it.each([['in progress'], ['IN PROGRESS'], [' In progress ']])('takes the state %j for In Progress', async (name) => {
    await run(['board', 'add', 'Say goodbye']);
    expect((await run(['board', 'move', 'ORCH-1', name])).stdout).toBe('ORCH-1\tIn Progress\tchanged\n');
    expect(await card('ORCH-1')).toContain('state: In Progress');
  });

  it('prints one JSON object for a card that was added, and for one that was moved', async () => {
    const added = await run(['board', 'add', 'Say goodbye', '--start', '--json']);
    expect(JSON.parse(added.stdout)).toEqual({
      key: 'ORCH-1',
      project: 'ORCH',
      state: 'In Progress',
      outcome: 'added',
    });
    const moved = await run(['board', 'move', 'ORCH-1', 'done', '--json']);
    expect(JSON.parse(moved.stdout)).toEqual({ key: 'ORCH-1', project: 'ORCH', state: 'Done', outcome: 'changed' });
  });

  it('says how to get a sample where there is no conveyor.yaml', async () => {
    const env = { CONVEYOR_CONFIG: join(folder, 'none.yaml') };
    const { stderr, exit } = await run(['board', 'add', 'Say goodbye'], { env });
    expect(exit).toBe(2);
    expect(stderr).toContain('no such file');
    expect(stderr).toContain('→ conveyor dev --sample');
  });

  it('an unknown state lists those that exist, with the nearest, and exits 2', async () => {
    await run(['board', 'add', 'Say goodbye']);
    const { stderr, exit } = await run(['board', 'move', 'ORCH-1', 'in progres']);
    expect(exit).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "error: the board of ORCH has no state "in progres" (did you mean "In Progress"?)
      It has Backlog, In Progress, In Review, Approved, Rejected, Needs Input, Blocked, Done, Cancelled.
      "
    `);
  });

  it('a project without a board, or a key of no project, exits 2', async () => {
    const { stderr, exit } = await run(['board', 'move', 'PLUM-1', 'Done']);
    expect(exit).toBe(2);
    expect(stderr).toContain('there is no project PLUM');
  });

  it.each([
    ['add', ['board', 'add', 'Say goodbye', '--start', '--dry-run']],
    ['move', ['board', 'move', 'ORCH-1', 'Done', '--dry-run']],
  ])('%s with --dry-run prints what would be done and does nothing', async (_name, argv) => {
    await runStack(await endpoint());
    const { stdout, exit } = await run(argv);
    expect(stdout).toMatch(/^would (add|move) .*"project":"ORCH"/);
    expect(exit).toBe(0);
    expect(received).toEqual([]);
    await expect(card('ORCH-1')).rejects.toThrow('ENOENT');
  });
});
