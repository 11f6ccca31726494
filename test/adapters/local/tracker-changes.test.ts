import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Tracker } from '../../../activities/ports.ts';
import type { LocalBoard } from '../../../adapters/local/tracker/board.ts';
import { createLocalBoard } from '../../../adapters/local/tracker/board.ts';
import { createLocalTracker } from '../../../adapters/local/tracker/tracker.ts';
import { DEFAULT_STATE_NAMES } from '../../../domain/card.ts';

let root: string;
let badCards: string[];
let board: LocalBoard;
let tracker: Tracker;

const project = 'DEMO';
const key = 'DEMO-1';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-changes-'));
  badCards = [];
  const shared = { root, now: Date.now, announce: () => undefined };
  board = createLocalBoard(shared);
  tracker = createLocalTracker({
    ...shared,
    stateNames: { DEMO: DEFAULT_STATE_NAMES },
    ourActor: 'conveyor',
    onBadCard: (message) => badCards.push(message),
  });
  await board.createBoard({ project });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const cardPath = () => join(root, project, `${key}.md`);
const add = () => board.addCard({ project, title: 'Say hello', body: '', by: 'ada' });

async function edit(from: string, to: string): Promise<void> {
  await writeFile(cardPath(), (await readFile(cardPath(), 'utf8')).replace(from, to));
}

describe('changes', () => {
  const keysOf = async (since?: string): Promise<string[]> =>
    (await tracker.changes(project, since)).cards.map((card) => card.key);
  /** A watermark as it is so many ms after this one. */
  const after = (watermark: string, ms: number) => String(Number(watermark) + ms);

  test('without a watermark are all cards, afterwards those written since and a little before', async () => {
    await add();
    await add();
    const { cards, watermark } = await tracker.changes(project);
    expect(cards.map((card) => card.key)).toEqual(['DEMO-1', 'DEMO-2']);
    // What was being written during the listing before may carry a time just before its end.
    expect(await keysOf(after(watermark, 1_900))).toContain('DEMO-2');
    expect(await keysOf(after(watermark, 2_100))).toEqual([]);
  });

  test('are not hidden by a file that keeps an old time, as copies and checkouts do', async () => {
    await add();
    const { cards, watermark } = await tracker.changes(project);
    await edit('state: Backlog', 'state: In Progress');
    await utimes(cardPath(), new Date(0), new Date(0));
    const later = await tracker.changes(project, watermark);
    expect(later.cards).toMatchObject([{ key, role: 'entry' }]);
    expect(later.cards[0]?.version).not.toBe(cards[0]?.version);
  });

  test('show the same version of a card until it is written again', async () => {
    await add();
    const version = async () => (await tracker.changes(project)).cards[0]?.version;
    const versions = [await version()];
    expect(await version()).toBe(versions[0]);
    for (const stateName of ['Approved', 'Blocked', 'Approved', 'Blocked']) {
      await board.moveCard({ project, key, stateName, by: 'ada' });
      versions.push(await version());
    }
    expect(new Set(versions).size).toBe(5);
  });

  test('keep the watermark of a board where nothing happens, and of one without cards', async () => {
    const empty = await tracker.changes(project);
    expect(empty.cards).toEqual([]);
    expect((await tracker.changes(project, empty.watermark)).watermark).toBe(empty.watermark);
    await add();
    const { watermark } = await tracker.changes(project, empty.watermark);
    expect((await tracker.changes(project, watermark)).watermark).toBe(watermark);
  });

  test.each([
    { what: 'a person moved', steps: ['ada:Approved'], changedBy: 'somebody' },
    { what: 'we moved', steps: ['ada:Approved', 'conveyor:Done'], changedBy: 'us' },
    { what: 'a person moved before we commented', steps: ['ada:Approved', 'comment'], changedBy: 'somebody' },
    { what: 'a person changed in an editor', steps: ['conveyor:In Review', 'edit'], changedBy: 'somebody' },
  ])('say whose the change is of a card that $what', async ({ steps, changedBy }) => {
    await add();
    for (const step of steps) {
      const [by = '', stateName] = step.split(':');
      if (stateName !== undefined) await board.moveCard({ project, key, stateName, by });
      else if (step === 'edit') await edit('state: In Review', 'state: Blocked');
      else await tracker.comment(project, key, { marker: 'm', markdown: 'A report' });
    }
    expect((await tracker.changes(project)).cards).toMatchObject([{ key, changedBy }]);
  });

  test('carry what a person wrote about urgency and order', async () => {
    await add();
    await add();
    await edit('title:', 'priority: high\nblockedBy: [DEMO-2]\ntitle:');
    expect((await tracker.changes(project)).cards).toMatchObject([
      { key: 'DEMO-1', title: 'Say hello', priority: 'high', blockedBy: ['DEMO-2'], role: 'other' },
      { key: 'DEMO-2', priority: 'none', blockedBy: [] },
    ]);
    await edit('priority: high', 'priority: soon');
    expect(await keysOf()).toEqual(['DEMO-2']);
    expect(badCards[0]).toContain('expected one of urgent, high, medium, low, none');
  });
});
