import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type Program = {
  child: ChildProcess;
  /** Resolves when the program has printed `started`. */
  started: Promise<void>;
  /** Exit status, or the signal that ended it. */
  ended: Promise<number | string>;
};

/** Starts a program of this folder as a process of its own. */
export function runProgram(name: string, ...args: (string | number)[]): Program {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, `${name}.ts`), ...args.map(String)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => (signal ?? code) as number | string);
  return { child, ended, started: hasStarted(child, name) };
}

function hasStarted(child: ChildProcess, name: string): Promise<void> {
  const started = new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('started')) resolve();
    });
    child.once('close', () => reject(new Error(`${name} ended before it started`)));
  });
  // Most callers wait for the end only.
  started.catch(() => undefined);
  return started;
}
