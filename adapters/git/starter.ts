import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { join } from 'node:path';

export type Command = {
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment of the command. */
  env: Readonly<Record<string, string>>;
  input?: string;
  timeoutMs: number;
};

export type CommandEnd = {
  /** undefined: it was stopped, could not be started, or said more than 256 MiB. */
  exitCode: number | undefined;
  stdout: Uint8Array;
  stderr: Uint8Array;
  timedOut: boolean;
  /** The system's error code, e.g. `ENOENT`. */
  code: string | undefined;
  shortMessage: string | undefined;
};

type Answer = { id: number; end: CommandEnd };

/** Runs a command to its end; never throws. */
export type Starter = (command: Command) => Promise<CommandEnd>;

const PROGRAM = join(import.meta.dirname, 'starter-main.mjs');
const IDLE_MS = 30_000;

/**
 * Starts commands from a small process that is there while it is needed. To fork copies the page tables of the caller:
 * in a worker of 500 MB 25 ms a start, in which nothing else of it runs; over 150 starts of git are made for one task.
 */
export function createStarter({ idleMs = IDLE_MS }: { idleMs?: number } = {}): Starter {
  const waiting = new Map<number, (end: CommandEnd) => void>();
  let small: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last = 0;

  function open(): ChildProcess {
    const child = fork(PROGRAM, {
      serialization: 'advanced',
      execArgv: [],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (answer) => {
      const { id, end } = answer as Answer;
      finish(id, end);
    });
    child.once('error', () => gone(child)).once('exit', () => gone(child));
    // By itself it keeps no program from its end; a command that runs does.
    child.unref();
    return child;
  }

  function finish(id: number, end: CommandEnd): void {
    const resolve = waiting.get(id);
    // A command may fail to be sent and its process be gone: that is one end.
    if (resolve === undefined) return;
    waiting.delete(id);
    resolve(end);
    if (waiting.size > 0) return;
    small?.channel?.unref();
    idle = setTimeout(close, idleMs).unref();
  }

  function close(): void {
    const child = small;
    small = undefined;
    child?.disconnect();
  }

  function gone(child: ChildProcess): void {
    if (small !== child) return;
    small = undefined;
    for (const id of waiting.keys()) finish(id, ENDED);
  }

  return async (command) => {
    clearTimeout(idle);
    const child = (small ??= open());
    const id = ++last;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      child.channel?.ref();
      child.send({ id, ...command }, (error) => {
        if (error) finish(id, ENDED);
      });
    });
  };
}

const ENDED: CommandEnd = {
  exitCode: undefined,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
  timedOut: false,
  code: undefined,
  shortMessage: 'the process that starts git ended',
};

/** One for all of this process. */
export const startSmall = createStarter();
