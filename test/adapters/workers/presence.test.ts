import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hasCompany } from '../../../adapters/workers/company.ts';
import { findDeadWorkers } from '../../../adapters/workers/dead-workers.ts';
import { openPresence } from '../../../adapters/workers/presence.ts';
import { nameOf, parseName, thisWorker } from '../../../adapters/workers/worker-process.ts';
import { waitFor } from '../../support/wait-for.ts';

let root: string;

beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'conveyor-presence-')), 'workers');
});
afterEach(() => rm(join(root, '..'), { recursive: true, force: true }));

async function tokens(): Promise<string[]> {
  const folder = join(root, nameOf(thisWorker()));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.try'));
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
}

it('notes each try while it is at it and until its result has been reported, and leaves nothing when it signs off', async () => {
  const presence = await openPresence(root);
  await presence.noted('one', async () => {
    expect(await tokens()).toEqual(['one']);
    const failed = presence.noted('two', async () => {
      expect((await tokens()).toSorted()).toEqual(['one', 'two']);
      throw new Error('of the work itself');
    });
    await expect(failed).rejects.toThrow('of the work itself');
  });
  expect((await tokens()).toSorted()).toEqual(['one', 'two']);
  await waitFor(async () => (await tokens()).length === 0, 'both to be forgotten');
  expect(await findDeadWorkers(root)).toEqual([]);
  expect(await hasCompany(root)).toBe(false);
  await presence.close();
  expect(await readdir(root)).toEqual([]);
});

it('leaves what it was still at to whoever comes next', async () => {
  const presence = await openPresence(root);
  void presence.noted('left behind', () => new Promise(() => undefined));
  await waitFor(async () => (await tokens()).length === 1, 'the note');
  await presence.close();
  expect(await tokens()).toEqual(['left behind']);
});

it('reads a name that it made, and no other', () => {
  expect(parseName(nameOf(thisWorker()))).toEqual(thisWorker());
  for (const name of ['', 'a.b', '.a3f0c1d2', 'boot.namespace.12', 'boot.1.x.2', '../1.2.3.4']) {
    expect(parseName(name)).toBeUndefined();
  }
});
