import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notifier } from '../../../activities/ports.ts';
import { createLogNotifier } from '../../../adapters/notify/log.ts';

let root: string;
let shown: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyor-notify-'));
  shown = [];
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

function notifier(): Notifier {
  return createLogNotifier({
    path: join(root, 'deep', 'messages.jsonl'),
    log: (text) => shown.push(text),
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
  });
}

async function lines(): Promise<string[]> {
  return (await readFile(join(root, 'deep', 'messages.jsonl'), 'utf8')).trim().split('\n');
}

describe('send', () => {
  it('writes one line a message and shows it', async () => {
    await notifier().send({ marker: 'a', text: 'two\nlines' });
    await notifier().send({ marker: 'b', text: 'another', topic: 't' });
    expect((await lines()).map((line) => JSON.parse(line) as unknown)).toEqual([
      { at: '2026-01-02T03:04:05.000Z', marker: 'a', text: 'two\nlines' },
      { at: '2026-01-02T03:04:05.000Z', marker: 'b', topic: 't', text: 'another' },
    ]);
    expect(shown).toEqual(['two\nlines', 'another']);
  });

  it('tells a marker once, whoever sends it and however often', async () => {
    await Promise.all(Array.from({ length: 8 }, () => notifier().send({ marker: 'a', text: 'once' })));
    expect(await lines()).toHaveLength(1);
    expect(shown).toEqual(['once']);
  });

  it('is not misled by a marker inside of a text', async () => {
    await notifier().send({ marker: 'a', text: '"marker":"b"' });
    await notifier().send({ marker: 'b', text: 'told' });
    expect(shown).toEqual(['"marker":"b"', 'told']);
  });

  it('sends again what a crash cut off in the middle, and loses nothing after it', async () => {
    await mkdir(join(root, 'deep'));
    await appendFile(join(root, 'deep', 'messages.jsonl'), '{"at":"2026","marker":"a","te');
    await notifier().send({ marker: 'a', text: 'whole' });
    await notifier().send({ marker: 'a', text: 'whole' });
    expect((await lines()).slice(1)).toEqual([expect.stringContaining('"text":"whole"')]);
    expect(shown).toEqual(['whole']);
  });
});
