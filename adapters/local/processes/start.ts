import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProcessIdentity } from './identity.ts';
import { identify } from './identity.ts';
import { MARKER_VARIABLE } from './marked.ts';

export type StartOptions = {
  /** Program and arguments; never a shell. */
  command: readonly string[];
  cwd: string;
  /** The whole environment of the process: nothing of ours is added but the marker. */
  env: Readonly<Record<string, string>>;
  /** Its stdout and stderr are appended here. */
  logFile: string;
  /** Names what the process belongs to, so that `findMarked` finds it, and what it started, without a record. */
  marker: string;
};

/** How it ended; `code` is null when a signal ended it. */
export type Exit = { code: number | null; signal: string | null };

/**
 * `started`: it runs, and `exit` settles when it ends, as long as this program lives; after a restart ask `isAlive`.
 * `ended`: it had ended before it could be identified. `failed`: there is no such program or folder.
 */
export type StartResult =
  | { kind: 'started'; process: ProcessIdentity; exit: Promise<Exit> }
  | { kind: 'ended'; exit: Exit }
  | { kind: 'failed'; detail: string };

/**
 * Starts a process that outlives us, in a process group of its own (its pid is the group's id), with no stdin.
 */
export async function start(options: StartOptions): Promise<StartResult> {
  const [file, ...args] = options.command;
  if (file === undefined) return { kind: 'failed', detail: 'the command is empty' };
  await mkdir(dirname(options.logFile), { recursive: true });
  const log = await open(options.logFile, 'a');
  try {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...options.env, [MARKER_VARIABLE]: options.marker },
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    return await identified(child, options);
  } finally {
    await log.close();
  }
}

async function identified(child: ChildProcess, options: StartOptions): Promise<StartResult> {
  const exit = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    return { kind: 'failed', detail: `cannot start "${options.command.join(' ')}": ${said(error)}` };
  }
  child.unref();
  const process = child.pid === undefined ? undefined : await identify(child.pid);
  return process ? { kind: 'started', process, exit } : { kind: 'ended', exit: await exit };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
