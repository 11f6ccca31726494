import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalBoard } from '../../../adapters/local/tracker/board.ts';
import { createLocalBoard } from '../../../adapters/local/tracker/board.ts';
import type { Card } from '../../../adapters/local/tracker/card.ts';
import { listKeys, readCard } from '../../../adapters/local/tracker/card-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Program } from './programs/run-program.ts';
import { runProgram } from './programs/run-program.ts';

const project = 'DEMO';
let root: string;
let board: LocalBoard;
let key: string;
let programs: Program[];

beforeEach(async () => {
  programs = [];
  root = await mkdtemp(join(tmpdir(), 'conveyor-writers-'));
  board = createLocalBoard({ root, now: Date.now, announce: () => undefined });
  await board.createBoard({ project });
  key = await board.addCard({ project, title: 'Shared', body: 'Keep me', by: 'ada' });
});
afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  await rm(root, { recursive: true, force: true });
});

function start(...program: Parameters<typeof runProgram>): Program {
  const started = runProgram(...program);
  programs.push(started);
  return started;
}

async function sharedCard(): Promise<Card> {
  const file = await readCard(root, project, key);
  if (!file) throw new Error(`${key} is gone`);
  expect(file.body.trim()).toBe('Keep me');
  return file.card;
}

function expectUnbrokenHistory({ history, state }: Card): void {
  expect(history.at(-1)?.to).toBe(state);
  for (const [n, move] of history.slice(1).entries()) {
    expect(move.from).toBe(history[n]?.to);
    expect(Date.parse(move.at)).toBeGreaterThan(Date.parse(history[n]?.at ?? ''));
  }
}

test('30 writers in 5 processes lose no card, no comment and no move', async () => {
  const writers = [1, 2, 3, 4, 5].map((n) => start('board-writer', root, project, key, `p${n}`, 6, 2));
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);

  const keys = await listKeys(root, project);
  expect(keys).toEqual(Array.from({ length: 61 }, (_, n) => `DEMO-${n + 1}`));
  const titles = await Promise.all(keys.map(async (each) => (await readCard(root, project, each))?.card.title));
  expect(new Set(titles).size).toBe(61);

  const card = await sharedCard();
  expect(new Set(card.comments.map(({ marker }) => marker)).size).toBe(60);
  expect(card.comments.map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  expectUnbrokenHistory(card);
}, 60_000);

test('a writer killed mid-way leaves valid cards, loses nothing told before, and the next one goes on', async () => {
  for (let round = 0; round < 3; round += 1) {
    const before = await sharedCard();
    const writer = start('board-writer', root, project, key, `round${round}`, 3, 10_000);
    await writer.started;
    const goal = before.comments.length + 4 + round;
    const seen = await waitFor(async () => {
      const card = await sharedCard();
      return card.comments.length >= goal && card;
    }, 'comments of the writer');
    writer.child.kill('SIGKILL');
    expect(await writer.ended).toBe('SIGKILL');

    const after = await sharedCard();
    expect(after.comments.slice(0, seen.comments.length)).toEqual(seen.comments);
    expect(after.history.slice(0, seen.history.length)).toEqual(seen.history);
    expectUnbrokenHistory(after);

    const keys = await listKeys(root, project);
    for (const each of keys) expect((await readCard(root, project, each))?.card.key).toBe(each);
    const added = await board.addCard({ project, title: 'Next', body: '', by: 'ada' });
    expect(keys).not.toContain(added);
    expect(await readFile(join(root, project, `${added}.md`), 'utf8')).toContain('title: Next');
  }
}, 60_000);
