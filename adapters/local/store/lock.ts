import { mkdir, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PortError } from '../../../activities/ports.ts';
import { formatHolder, isAlive, parseHolder, self } from './holder.ts';
import { isErrno } from './text-file.ts';

/** The lock's newest link: a holder's, or `free`. */
type Turn = { number: number; target: string };

const FREE = 'free';

// Waiters that look more often than this take the processor from the one they wait for.
const SHORTEST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 80;

/**
 * Runs `work` while nobody else on this machine holds the lock of `path` (a file or a folder, existing or not).
 * A holder killed at any moment is succeeded at once; one that lives, even stopped, is never robbed. Not reentrant.
 * Throws `Store.Locked` when the turn does not come within `waitMs` (30 s), else whatever `work` throws.
 *
 * The lock is a folder of links with rising numbers, and the newest says who holds it. Whoever makes the next
 * number follows; a number is made by one only and the newest is never removed. Locks that are broken by their age
 * let two waiters in when both saw the same old lock: one removes what the other has just taken.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { waitMs = 30_000 }: { waitMs?: number } = {},
): Promise<T> {
  const folder = lockFolder(path);
  await mkdir(folder, { recursive: true });
  const mine = await take(folder, path, performance.now() + waitMs);
  try {
    return await work();
  } finally {
    await release(folder, mine);
  }
}

/** `/a/b` is locked by the folder `/a/.b.lock`. */
export function lockFolder(path: string): string {
  const absolute = resolve(path);
  return join(dirname(absolute), `.${basename(absolute)}.lock`);
}

async function take(folder: string, path: string, deadline: number): Promise<number> {
  const me = formatHolder(await self());
  for (let wait = SHORTEST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const newest = await newestTurn(folder);
    if (newest === undefined || !(await isHeld(newest))) {
      const number = (newest?.number ?? 0) + 1;
      if (await follow(folder, number, me)) return number;
      continue;
    }
    if (performance.now() > deadline) throw locked(path, folder, newest);
    await pause(wait * (0.5 + Math.random()));
  }
}

async function follow(folder: string, number: number, me: string): Promise<boolean> {
  if (!(await link(folder, number, me))) return false;
  // What we looked at may be long gone: then this number is an old one, made again.
  const newest = await newestTurn(folder);
  if (newest?.number === number && newest.target === me) return true;
  await remove(folder, number);
  return false;
}

async function release(folder: string, mine: number): Promise<void> {
  await link(folder, mine + 1, FREE);
  const old = (await numbers(folder)).filter((number) => number <= mine);
  await Promise.all(old.map((number) => remove(folder, number)));
}

async function isHeld(turn: Turn): Promise<boolean> {
  const holder = parseHolder(turn.target);
  return holder !== undefined && (await isAlive(holder));
}

async function newestTurn(folder: string): Promise<Turn | undefined> {
  for (;;) {
    const number = (await numbers(folder)).at(-1);
    if (number === undefined) return undefined;
    try {
      return { number, target: await readlink(join(folder, String(number))) };
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error; // Gone meanwhile, so there is a newer one.
    }
  }
}

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** A link is made whole and by one caller only; false when the number is taken. */
async function link(folder: string, number: number, target: string): Promise<boolean> {
  try {
    await symlink(target, join(folder, String(number)));
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

async function remove(folder: string, number: number): Promise<void> {
  try {
    await unlink(join(folder, String(number)));
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

function locked(path: string, folder: string, turn: Turn): PortError {
  return new PortError(
    'Store.Locked',
    `Cannot lock ${path}: process ${parseHolder(turn.target)?.pid} holds it. If it is not a process of Conveyor, remove ${folder}.`,
    'transient',
  );
}
