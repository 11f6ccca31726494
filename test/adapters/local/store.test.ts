import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readJson, writeJson } from '../../../adapters/local/store/json-file.ts';
import { lockFolder, withLock } from '../../../adapters/local/store/lock.ts';
import { readText, writeText } from '../../../adapters/local/store/text-file.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Program } from './programs/run-program.ts';
import { runProgram } from './programs/run-program.ts';

let folder: string;
let file: string;
let programs: Program[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyor-store-'));
  file = join(folder, 'deep', 'counter.json');
  programs = [];
});
afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  await rm(folder, { recursive: true, force: true });
});

function start(...program: Parameters<typeof runProgram>): Program {
  const started = runProgram(...program);
  programs.push(started);
  return started;
}

describe('files', () => {
  test('an absent file reads as undefined, a written one as it was written', async () => {
    expect(await readText(file)).toBeUndefined();
    expect(await readJson(file, z.unknown())).toBeUndefined();
    await writeJson(file, { a: [1] });
    expect(await readJson(file, z.object({ a: z.array(z.number()) }))).toEqual({ a: [1] });
    expect(await readText(file)).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });

  test.each([
    { name: 'a half file', text: '{"pulls": [', says: 'JSON' },
    { name: 'a field of the wrong type', text: '{"pulls": [{"number": "1"}]}', says: 'pulls.0.number: ' },
    { name: 'a missing field', text: '{}', says: 'pulls: ' },
  ])('$name is one sentence that names file and field, and stays untouched', async ({ text, says }) => {
    await writeText(file, text);
    const schema = z.object({ pulls: z.array(z.object({ number: z.number() })) });
    const error = await readJson(file, schema).catch((error: unknown) => error);
    expect(error).toMatchObject({ type: 'Store.Invalid', trouble: 'config' });
    expect(String(error)).toContain(`Cannot use ${file}: `);
    expect(String(error)).toContain(says);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('a path that cannot be read or written is named', async () => {
    await mkdir(file, { recursive: true });
    await expect(readText(file)).rejects.toMatchObject({ type: 'Store.Unreadable', trouble: 'config' });
    await expect(writeText(file, 'x')).rejects.toThrow(`Cannot write ${file}: `);
  });

  test('a writer killed at any moment leaves a whole file', async () => {
    const Whole = z.object({ n: z.number(), filler: z.string().length(1_000_000) });
    for (let round = 0; round < 3; round += 1) {
      const writer = start('store-writer', 'rewrite', file);
      await writer.started;
      const before = (await readJson(file, Whole))?.n ?? 0;
      await waitFor(async () => ((await readJson(file, Whole))?.n ?? 0) > before, 'another rewrite');
      writer.child.kill('SIGKILL');
      expect(await writer.ended).toBe('SIGKILL');
      const whole = await readJson(file, Whole);
      expect(new Set(whole?.filler).size).toBe(1);
    }
  }, 30_000);
});

describe('the lock', () => {
  test('processes with several callers each take turns and lose no increment', async () => {
    const counters = Array.from({ length: 4 }, () => start('store-writer', 'count', file, 5, 5));
    expect(await Promise.all(counters.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    expect(await readJson(file, z.int())).toBe(100);
    expect(await readdir(lockFolder(file))).toHaveLength(1);
  }, 30_000);

  test('a holder that was killed is succeeded at once, by one waiter at a time', async () => {
    const holder = start('store-writer', 'hold', file);
    await holder.started;
    const waiters = Array.from({ length: 3 }, () => start('store-writer', 'count', file, 5, 4));
    await expect(withLock(file, async () => 'mine', { waitMs: 50 })).rejects.toMatchObject({ type: 'Store.Locked' });
    holder.child.kill('SIGKILL');
    await holder.ended;
    expect(await Promise.all(waiters.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(await readJson(file, z.int())).toBe(60);
  }, 30_000);

  test('when many find the same dead holder at the same moment, one of them follows', async () => {
    for (let round = 0; round < 8; round += 1) {
      const path = join(folder, `round-${round}`);
      await mkdir(lockFolder(path));
      await symlink('4999999:gone-1:a', join(lockFolder(path), '7'));
      let inside = 0;
      const most = await Promise.all(
        Array.from({ length: 20 }, () =>
          withLock(path, async () => {
            inside += 1;
            const seen = inside;
            await writeFile(path, 'x');
            inside -= 1;
            return seen;
          }),
        ),
      );
      expect(Math.max(...most)).toBe(1);
    }
  }, 30_000);

  test('a living holder is never robbed, not even a stopped one, and the error says who it is', async () => {
    const holder = start('store-writer', 'hold', file);
    await holder.started;
    holder.child.kill('SIGSTOP');
    const refused = withLock(file, async () => 'mine', { waitMs: 300 });
    await expect(refused).rejects.toMatchObject({ type: 'Store.Locked', trouble: 'transient' });
    await expect(refused).rejects.toThrow(`Cannot lock ${file}: process ${holder.child.pid} holds it.`);
    holder.child.kill('SIGKILL');
    await holder.ended;
    expect(await withLock(file, async () => 'mine', { waitMs: 300 })).toBe('mine');
  }, 30_000);

  test('a later process with the pid of the dead holder does not keep its lock', async () => {
    await mkdir(lockFolder(file), { recursive: true });
    await symlink(`${process.pid}:12345678-1:a`, join(lockFolder(file), '3'));
    expect(await withLock(file, async () => 'mine', { waitMs: 300 })).toBe('mine');
  });

  test('an error of the work passes through and gives the lock back', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('of the work')))).rejects.toThrow('of the work');
    expect(await withLock(file, async () => 'next', { waitMs: 300 })).toBe('next');
  });
});
