import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PortError } from '../../../activities/ports.ts';
import { readJson, writeJson } from '../store/json-file.ts';
import { withLock } from '../store/lock.ts';
import { isErrno, readText, writeText } from '../store/text-file.ts';
import type { CardFile } from './card-file.ts';
import { formatCardFile, parseCardFile } from './card-file.ts';

const PROJECT = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Where a project's cards are. Throws `Tracker.BadProject` for a name that is no folder's. */
export function projectFolder(root: string, project: string): string {
  if (PROJECT.test(project)) return join(root, project);
  throw new PortError(
    'Tracker.BadProject',
    `"${project}" cannot be a project of the local tracker: use letters, digits and underscores.`,
    'config',
  );
}

/** The keys of the project's cards, lowest number first. What else lies in the folder is not looked at. */
export async function listKeys(root: string, project: string): Promise<string[]> {
  const names = await namesIn(projectFolder(root, project));
  return names
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .filter((key) => isKeyOf(project, key))
    .sort((a, b) => numberOf(a) - numberOf(b));
}

/** Of the files' clock: how far a listing reaches back, for writes that were under way during the one before. */
const OVERLAP_MS = 2_000;

/** The cards changed since the watermark, all without one. */
export async function listChanged(
  root: string,
  project: string,
  since: string | undefined,
): Promise<{ files: { key: string; version: string }[]; watermark: string }> {
  const folder = projectFolder(root, project);
  const from = since === undefined ? Number.NEGATIVE_INFINITY : Number(since) - OVERLAP_MS;
  let newest = since === undefined ? 0 : Number(since);
  const files: { key: string; version: string }[] = [];
  for (const key of await listKeys(root, project)) {
    const change = await lastChange(join(folder, `${key}.md`));
    if (change === undefined || change.at < from) continue;
    newest = Math.max(newest, change.at);
    files.push({ key, version: change.version });
  }
  return { files, watermark: String(newest) };
}

/**
 * When the file took its place, which a copy that keeps its times cannot hide, and as which one: two writes within one
 * tick of the files' clock are two files. undefined for a file that has gone meanwhile.
 */
async function lastChange(path: string): Promise<{ at: number; version: string } | undefined> {
  try {
    const { ctimeMs, ino } = await stat(path);
    return { at: ctimeMs, version: `${ctimeMs}/${ino}` };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw new PortError('Tracker.Unreadable', `Cannot read ${path}. Check its permissions.`, 'config', {
      cause: error,
    });
  }
}

/** undefined when there is no such card. Throws `Tracker.BadCard`. */
export async function readCard(root: string, project: string, key: string): Promise<CardFile | undefined> {
  const folder = projectFolder(root, project);
  if (!isKeyOf(project, key)) return undefined;
  const path = join(folder, `${key}.md`);
  const text = await readText(path);
  return text === undefined ? undefined : parseCardFile(path, text);
}

/**
 * Changes one card under the project's lock: `change` edits the front matter and says whether it did.
 * Throws `Tracker.CardMissing` and `Tracker.BadCard`; a card that does not parse is never written.
 */
export async function changeCard(
  root: string,
  project: string,
  key: string,
  change: (card: CardFile) => 'changed' | 'same',
): Promise<'changed' | 'same'> {
  const folder = projectFolder(root, project);
  return withLock(folder, async () => {
    const card = await readCard(root, project, key);
    if (!card) throw new PortError('Tracker.CardMissing', `There is no card ${key} in ${folder}.`, 'config');
    const done = change(card);
    if (done === 'changed') await writeText(join(folder, `${key}.md`), formatCardFile(card));
    return done;
  });
}

/** Writes a card under the next number, which no card, deleted ones included, has had. */
export async function addCardFile(root: string, project: string, format: (key: string) => string): Promise<string> {
  const folder = projectFolder(root, project);
  return withLock(folder, async () => {
    const counter = join(folder, '.last-number');
    const newest = (await listKeys(root, project)).at(-1);
    const last = Math.max((await readJson(counter, z.int())) ?? 0, newest === undefined ? 0 : numberOf(newest));
    const key = `${project}-${last + 1}`;
    // First the number: killed in between, it is skipped instead of given twice.
    await writeJson(counter, last + 1);
    await writeText(join(folder, `${key}.md`), format(key));
    return key;
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw new PortError('Tracker.Unreadable', `Cannot list ${folder}. Check its permissions.`, 'config', {
      cause: error,
    });
  }
}

function isKeyOf(project: string, key: string): boolean {
  return key.startsWith(`${project}-`) && /^[1-9]\d*$/.test(key.slice(project.length + 1));
}

function numberOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('-') + 1));
}
