import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Tracker } from '../../../activities/ports.ts';
import type { LocalBoard } from '../../../adapters/local/tracker/board.ts';
import { createLocalBoard } from '../../../adapters/local/tracker/board.ts';
import { createLocalTracker } from '../../../adapters/local/tracker/tracker.ts';
import type { LocalEvent } from '../../../adapters/local/webhook/event.ts';
import type { Listed } from '../../../domain/card.ts';
import { DEFAULT_STATE_NAMES } from '../../../domain/card.ts';

let root: string;
let clock: number;
let announced: LocalEvent[];
let badCards: string[];
let board: LocalBoard;
let tracker: Tracker;

const project = 'DEMO';
const key = 'DEMO-1';
const GERMAN = { ...DEFAULT_STATE_NAMES, entry: 'In Arbeit' };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-tracker-'));
  clock = Date.parse('2026-01-31T12:00:00.000Z');
  announced = [];
  badCards = [];
  const shared = { root, now: () => clock, announce: (change: LocalEvent) => void announced.push(change) };
  board = createLocalBoard(shared);
  tracker = createLocalTracker({
    ...shared,
    stateNames: { DEMO: DEFAULT_STATE_NAMES, LADEN: GERMAN },
    ourActor: 'conveyor',
    onBadCard: (message) => badCards.push(message),
  });
  await board.createBoard({ project });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const cardPath = (of = key) => join(root, of.slice(0, of.indexOf('-')), `${of}.md`);
const text = (of = key) => readFile(cardPath(of), 'utf8');
const add = (title = 'Say hello') => board.addCard({ project, title, body: 'Greet **people**.', by: 'ada' });

async function edit(from: string | RegExp, to: string): Promise<string> {
  const edited = (await text()).replace(from, to);
  await writeFile(cardPath(), edited);
  return edited;
}

async function entries(of: string): Promise<Listed[]> {
  const { cards } = await tracker.changes(of);
  return cards.filter(({ role }) => role === 'entry');
}

describe('a card', () => {
  test('is a file a person can read', async () => {
    await add();
    clock += 60_000;
    await tracker.move(project, key, 'entry');
    await tracker.comment(project, key, { marker: 'DEMO-1#1/q1', markdown: 'What now?\n\n- approve\n- reject' });
    expect(await text()).toBe(`---
key: DEMO-1
title: Say hello
state: In Progress
history:
  - at: 2026-01-31T12:00:00.000Z
    by: ada
    to: Backlog
  - at: 2026-01-31T12:01:00.000Z
    by: conveyor
    from: Backlog
    to: In Progress
comments:
  - id: 1
    at: 2026-01-31T12:01:00.000Z
    by: conveyor
    marker: DEMO-1#1/q1
    text: |-
      What now?

      - approve
      - reject
---

Greet **people**.
`);
  });

  test('is an item, and no item when it does not exist', async () => {
    await add();
    const shown = { key, title: 'Say hello', body: 'Greet **people**.', stateName: 'Backlog', role: 'other' };
    expect(await tracker.item(project, key)).toEqual({ ...shown, priority: 'none', blockedBy: [] });
    for (const other of ['DEMO-2', 'OTHER-1', 'DEMO-1/../../x', 'DEMO-01']) {
      expect(await tracker.item(project, other)).toBeUndefined();
      expect(await tracker.look(project, other)).toEqual({ kind: 'gone' });
    }
  });

  test('gets a number that no card had before, deleted ones included', async () => {
    expect([await add(), await add(), await add()]).toEqual(['DEMO-1', 'DEMO-2', 'DEMO-3']);
    await rm(cardPath('DEMO-3'));
    await writeFile(cardPath('DEMO-7'), (await text()).replace('DEMO-1', 'DEMO-7'));
    expect(await add()).toBe('DEMO-8');
    await rm(cardPath('DEMO-8'));
    expect(await add()).toBe('DEMO-9');
  });

  test('whose text looks like front matter stays what it is', async () => {
    const body = '---\nstate: Done\n---\nnot a card';
    await board.addCard({ project, title: '---\nstate: Done', body, by: 'ada' });
    await tracker.comment(project, key, { marker: 'm', markdown: `---\n${body}\n---\n\ttab: "q" \n` });
    await tracker.comment(project, key, { marker: 'm', markdown: 'again' });
    expect(await tracker.item(project, key)).toMatchObject({ title: '---\nstate: Done', body, stateName: 'Backlog' });
    expect((await text()).match(/marker: m/g)).toHaveLength(1);
  });

  test('needs a title and an existing state', async () => {
    await expect(board.addCard({ project, title: ' ', body: '', by: 'ada' })).rejects.toThrow('A card needs a title.');
    await expect(board.addCard({ project, title: 'x', body: '', by: 'ada', stateName: 'Later' })).rejects.toThrow(
      'no state "Later"',
    );
    expect(await entries(project)).toEqual([]);
  });
});

describe('entries', () => {
  test('are the items in the entry state, oldest first', async () => {
    for (let n = 1; n <= 11; n += 1) await add(`Card ${n}`);
    for (const entry of ['DEMO-11', 'DEMO-2', 'DEMO-10']) await tracker.move(project, entry, 'entry');
    await writeFile(join(root, project, 'DEMO-3.md.1234'), 'left by a writer that was killed');
    expect((await entries(project)).map((item) => item.key)).toEqual(['DEMO-2', 'DEMO-10', 'DEMO-11']);
    expect(badCards).toEqual([]);
  });

  test('of two projects are found by the name each gives the entry state', async () => {
    await board.createBoard({ project: 'LADEN', states: ['Offen', ...Object.values(GERMAN)] });
    await add();
    await board.addCard({ project: 'LADEN', title: 'Hallo', body: '', by: 'ada' });
    await board.moveCard({ project, key, stateName: 'In Progress', by: 'ada' });
    await board.moveCard({ project: 'LADEN', key: 'LADEN-1', stateName: 'In Arbeit', by: 'ada' });
    expect(await entries(project)).toMatchObject([{ key, role: 'entry' }]);
    expect(await entries('LADEN')).toMatchObject([{ key: 'LADEN-1', role: 'entry', stateName: 'In Arbeit' }]);
  });
});

describe('look', () => {
  test.each([
    { by: 'ada', ours: false },
    { by: 'conveyor', ours: true },
  ])('says that $by moved the card and whether that was us', async ({ by, ours }) => {
    await add();
    clock += 1_000;
    await board.moveCard({ project, key, stateName: 'Approved', by });
    const moved = { by, at: clock, ours };
    const wrote = ours ? { wroteAt: clock } : {};
    const seen = { kind: 'card', role: 'approved', stateName: 'Approved', moved, ...wrote };
    expect(await tracker.look(project, key)).toEqual(seen);
  });

  test('orders moves by time although the clock stands still or goes back', async () => {
    await add();
    await board.moveCard({ project, key, stateName: 'In Review', by: 'conveyor' });
    const asked = await tracker.look(project, key);
    clock -= 3_600_000;
    await board.moveCard({ project, key, stateName: 'Approved', by: 'ada' });
    const answered = await tracker.look(project, key);
    const at = (seen: typeof asked) => (seen.kind === 'card' ? seen.moved?.at : undefined) ?? Number.NaN;
    expect(at(answered)).toBeGreaterThan(at(asked));
  });

  test('names nobody for a state changed in an editor, even one the card was moved into before', async () => {
    await add();
    await board.moveCard({ project, key, stateName: 'Approved', by: 'ada' });
    await board.moveCard({ project, key, stateName: 'In Review', by: 'conveyor' });
    await edit('state: In Review', 'state: Approved');
    const seen = { kind: 'card', role: 'approved', stateName: 'Approved', wroteAt: clock + 2 };
    expect(await tracker.look(project, key)).toEqual(seen);
    await tracker.move(project, key, 'done');
    expect(await text()).toMatch(/from: Approved\n +to: Done\n/);
    expect(await tracker.look(project, key)).toMatchObject({ role: 'done', moved: { ours: true } });
  });
});

describe('writing', () => {
  test('the same move or comment twice has the effect of one and is told once', async () => {
    await add();
    await tracker.move(project, key, 'asking');
    await tracker.comment(project, key, { marker: 'q1', markdown: 'Asked' });
    const once = await text();
    clock += 1_000;
    await tracker.move(project, key, 'asking');
    await tracker.comment(project, key, { marker: 'q1', markdown: 'Asked, in other words' });
    expect(await text()).toBe(once);
    expect(announced.map(({ event }) => event)).toEqual(['card.added', 'card.moved', 'comment.added']);
    expect(announced).toMatchObject([
      { project, key },
      { project, key },
      { project, key },
    ]);
  });

  test('leaves every other byte a person wrote as it is', async () => {
    await add();
    const edited = await edit('title: Say hello', 'owner: ada # asks often\nlabels: [ui, "2026"]\ntitle:   Say hello');
    await writeFile(cardPath(), `${edited}\n---\ntrailing  \n`);
    const before = await text();
    await tracker.move(project, key, 'entry');
    const after = await text();
    expect(after).toContain('owner: ada # asks often\nlabels: [ ui, "2026" ]\n');
    expect(after.slice(after.indexOf('---\n\nGreet'))).toBe(before.slice(before.indexOf('---\n\nGreet')));
  });

  test('takes over a card that a person wrote by hand with the least', async () => {
    await writeFile(cardPath(), '---\r\nkey: DEMO-1\r\ntitle: 42\r\nstate: Backlog\r\nhistory:\r\n---\r\nBody\r\n');
    expect(await tracker.item(project, key)).toMatchObject({ title: '42', body: 'Body', stateName: 'Backlog' });
    await tracker.move(project, key, 'entry');
    expect(await tracker.look(project, key)).toMatchObject({ role: 'entry', moved: { ours: true } });
    expect(await tracker.item(project, key)).toMatchObject({ title: '42', body: 'Body' });
  });

  test('to a card that is gone says so', async () => {
    await expect(tracker.move(project, key, 'done')).rejects.toMatchObject({ type: 'Tracker.CardMissing' });
    await expect(tracker.comment(project, key, { marker: 'm', markdown: 'x' })).rejects.toThrow('no card DEMO-1');
  });
});

describe('a bad card', () => {
  test.each([
    { name: 'no front matter', from: /^---\n/, to: '', at: '1:1', says: 'there is no front matter' },
    { name: 'front matter without its end', from: /\n---\n/, to: '\n', at: '1:1', says: 'there is no front matter' },
    { name: 'broken YAML', from: 'title: Say', to: 'title: "Say', at: /\d+:\d+/, says: 'quote' },
    { name: 'no title', from: 'title: Say hello\n', to: '', at: '2:1', says: 'title: ' },
    { name: 'a state that is a list', from: /state: .*/, to: 'state: [Backlog]', at: '4:8', says: 'state: ' },
    { name: 'a time that is none', from: /at: .*/, to: 'at: yesterday', at: '6:9', says: 'history.0.at: ' },
    { name: 'a key twice', from: 'title:', to: 'state: Done\ntitle:', at: /\d+:\d+/, says: 'unique' },
    { name: "another card's key", from: 'key: DEMO-1', to: 'key: DEMO-9', at: '2:6', says: 'key: expected DEMO-1' },
    { name: 'an alias to nothing', from: 'Say hello', to: '*nobody', at: /\d+:\d+/, says: 'nobody' },
  ])('with $name is told with its place, never written, and hides no other', async ({ from, to, at, says }) => {
    await add();
    await add('The other');
    await tracker.move(project, key, 'entry');
    await tracker.move(project, 'DEMO-2', 'entry');
    const bad = await edit(from, to);

    expect((await entries(project)).map((item) => item.key)).toEqual(['DEMO-2']);
    expect(badCards).toHaveLength(1);
    const sentence = badCards[0] ?? '';
    expect(sentence).toContain(says);
    expect(sentence).toMatch(at instanceof RegExp ? at : `${cardPath()}:${at}: `);
    expect(sentence).toMatch(/\. Correct the card in an editor; Conveyor leaves it untouched until then\.$/);
    expect(sentence).not.toContain('\n');

    const trouble = { type: 'Tracker.BadCard', trouble: 'config', message: sentence };
    await expect(tracker.item(project, key)).rejects.toMatchObject(trouble);
    await expect(tracker.look(project, key)).rejects.toMatchObject(trouble);
    await expect(tracker.move(project, key, 'done')).rejects.toMatchObject(trouble);
    await expect(tracker.comment(project, key, { marker: 'm', markdown: 'x' })).rejects.toMatchObject(trouble);
    expect(await text()).toBe(bad);
  });
});

describe('the board file', () => {
  const boardFile = () => join(root, project, 'board.yaml');

  test('keeps what a person made of it', async () => {
    await writeFile(boardFile(), 'states: [A] # ours\n');
    await board.createBoard({ project });
    expect(await readFile(boardFile(), 'utf8')).toBe('states: [A] # ours\n');
  });

  test('that lacks a mapped state stops everything with a list of what exists', async () => {
    await add();
    const before = await text();
    await writeFile(boardFile(), 'states: [Backlog, In Progress, Fertig]\n');
    const message =
      'The board of DEMO has no state "In Review", "Approved", "Rejected", "Needs Input", "Blocked", "Done", "Cancelled"; ' +
      'it has "Backlog", "In Progress", "Fertig". Add it to board.yaml or map another name.';
    const trouble = { type: 'Tracker.StateMissing', trouble: 'config', message };
    await expect(entries(project)).rejects.toMatchObject(trouble);
    await expect(tracker.look(project, key)).rejects.toMatchObject(trouble);
    await expect(tracker.move(project, key, 'done')).rejects.toMatchObject(trouble);
    expect(await text()).toBe(before);
  });

  test.each([
    { name: 'is absent', content: undefined, type: 'Tracker.BoardMissing', says: 'Create the project' },
    { name: 'lists no states', content: 'states: []\n', type: 'Tracker.BadBoard', says: 'board.yaml:1:9: ' },
    { name: 'is not YAML', content: 'states: [\n', type: 'Tracker.BadBoard', says: 'board.yaml:' },
  ])('that $name is a config error', async ({ content, type, says }) => {
    await (content === undefined ? rm(boardFile()) : writeFile(boardFile(), content));
    await expect(entries(project)).rejects.toMatchObject({ type, trouble: 'config' });
    await expect(entries(project)).rejects.toThrow(says);
  });

  test('of a project nobody configured is not guessed', async () => {
    await expect(entries('OTHER')).rejects.toMatchObject({ type: 'Tracker.ProjectUnknown', trouble: 'config' });
    await expect(board.createBoard({ project: '../x' })).rejects.toMatchObject({ type: 'Tracker.BadProject' });
  });
});
