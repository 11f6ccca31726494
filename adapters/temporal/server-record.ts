import { join, resolve } from 'node:path';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { PortError } from '../../activities/ports.ts';
import type { ProcessIdentity } from '../local/processes/identity.ts';
import { identify, isAlive } from '../local/processes/identity.ts';
import { stop, stopMarked } from '../local/processes/stop.ts';
import { readJson, writeJson } from '../local/store/json-file.ts';

const Identity = z.object({ pid: z.number(), startTime: z.string(), bootId: z.string() });
const ServerRecord = z.object({ owner: Identity, server: Identity, address: z.string() });

const GRACE_MS = 5_000;

/** Marks the server's process, so that it is found even when we died before its record was written. */
export function serverMarker(folder: string): string {
  return `temporal:${resolve(folder)}`;
}

/** Writes down which server works on this folder and that this process owns it. */
export async function recordServer(folder: string, server: ProcessIdentity, address: string): Promise<void> {
  const owner = await identify(process.pid);
  if (owner !== undefined) await writeJson(recordFile(folder), { owner, server, address });
}

/** Forgets the server of this folder, after it was stopped. */
export async function forgetServer(folder: string): Promise<void> {
  await rm(recordFile(folder), { force: true });
}

/**
 * Stops what a killed owner left running on this folder. `free`: nothing was; `stopped`: something was.
 * Throws `Temporal.FolderInUse` when the owner lives: two servers on one database would damage it.
 */
export async function stopLeftover(folder: string): Promise<'free' | 'stopped'> {
  const record = await readJson(recordFile(folder), ServerRecord);
  if (record && (await isAlive(record.owner)) && (await isAlive(record.server))) throw inUse(folder, record.owner.pid);
  const ended = record ? await stop(record.server, GRACE_MS) : 'gone';
  const marked = await stopMarked(serverMarker(folder), GRACE_MS);
  await forgetServer(folder);
  return ended === 'gone' && marked === 0 ? 'free' : 'stopped';
}

function recordFile(folder: string): string {
  return join(folder, 'server.json');
}

function inUse(folder: string, pid: number): PortError {
  return new PortError(
    'Temporal.FolderInUse',
    `Process ${pid} already runs a Temporal server on ${folder}. Stop it first, or use another folder.`,
    'config',
  );
}
