import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunResult } from '../local/processes/run.ts';
import { run } from '../local/processes/run.ts';
import { stopMarked } from '../local/processes/stop.ts';
import { tail } from '../local/processes/tail.ts';
import { checkOut } from './check-out.ts';
import type { Environment } from './environment.ts';
import { commandEnvironment } from './environment.ts';
import type { Git } from './git.ts';
import { withRun } from './runs.ts';

export type RunAt = {
  /** A repository on this machine that holds the commit. */
  from: string;
  sha: string;
  command: readonly string[];
  timeoutMs: number;
  /** Where the checkout's folder is made. */
  root: string;
  env?: Environment | undefined;
  /** Ends the command and everything it started. */
  signal?: AbortSignal | undefined;
};

/** `stopped`: the signal asked for it, so the exit code says nothing. Exit codes are those a shell would report. */
export type RanAt = { ended: RunResult['kind'] | 'stopped'; exitCode: number; output: string };

const LONGEST_OUTPUT = 64 * 1024;
const GRACE_MS = 2_000;
const LOOK_AGAIN_MS = 20;
const STOPPED: RanAt = { ended: 'stopped', exitCode: 124, output: '' };

/** Runs a command in a clean checkout of exactly this commit, with an empty home; nothing of it is left afterwards. */
export async function runAt(git: Git, request: RunAt): Promise<RanAt> {
  return withRun(request.root, async ({ id, folder }) => {
    const inside = (name: string): string => join(folder, name);
    const [cwd, home, tmp, logFile] = [inside('checkout'), inside('home'), inside('tmp'), inside('output.log')];
    await checkOut(git, { from: request.from, sha: request.sha, path: cwd });
    await Promise.all([mkdir(home), mkdir(tmp)]);
    const env = commandEnvironment(request.env, { home, tmp });
    const { command, timeoutMs, signal } = request;
    if (signal?.aborted) return STOPPED;
    const result = await stoppable(id, signal, () => run({ command, cwd, env, logFile, marker: id, timeoutMs }));
    if (signal?.aborted) return STOPPED;
    return { ended: result.kind, exitCode: exitCodeOf(result), output: await outputOf(result, logFile) };
  });
}

async function stoppable<T>(marker: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const working = new AbortController();
  // Again and again: what is started at the very moment of the stop is not found by the first look.
  const stop = async (): Promise<void> => {
    while (!working.signal.aborted) await Promise.all([stopMarked(marker, GRACE_MS), wait(LOOK_AGAIN_MS)]);
  };
  const onAbort = (): void => void stop();
  signal?.addEventListener('abort', onAbort);
  try {
    return await work();
  } finally {
    working.abort();
    signal?.removeEventListener('abort', onAbort);
  }
}

function exitCodeOf(result: RunResult): number {
  switch (result.kind) {
    case 'exited':
      return result.code;
    case 'signalled':
      return 128 + (Object.entries(constants.signals).find(([name]) => name === result.signal)?.[1] ?? 0);
    case 'timed-out':
      return 124;
    case 'not-started':
      return 127;
  }
}

async function outputOf(result: RunResult, logFile: string): Promise<string> {
  const output = await tail(logFile, LONGEST_OUTPUT);
  switch (result.kind) {
    case 'timed-out':
      return `${output}\n[stopped after its limit of ${result.afterMs} ms]`;
    case 'not-started':
      return result.output;
    case 'exited':
    case 'signalled':
      return output;
  }
}
