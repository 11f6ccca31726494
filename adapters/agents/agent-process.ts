import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { PortError } from '../../activities/ports.ts';
import { notInstalled } from './find-program.ts';
import type { LogFile } from './log-file.ts';
import { createTail } from './tail.ts';

/** Enough for a report and the lines beside it. */
const STDOUT_TAIL_BYTES = 1024 * 1024;
const STDERR_TAIL_BYTES = 16 * 1024;
/** After everything was killed nobody holds the pipes; a process handed them from outside must not keep us. */
const DRAIN_MS = 2_000;

/** Of 1,000: when memory runs out between two looks, the kernel ends an agent and never the worker. */
const FIRST_TO_GO = '800';

export type Stream = 'stdout' | 'stderr';
type OnOutput = (chunk: Buffer, stream: Stream) => void;

export type ProcessEnd = { kind: 'exited'; code: number | null; signal: NodeJS.Signals | null };

/** A started agent. Everything it prints goes to the log; only the tails stay in memory. */
export type AgentProcess = {
  pid: number;
  /** The first process's own end; rejects when its output cannot be kept. */
  ended: Promise<ProcessEnd>;
  /** Waits, for a short while, until all output has been read. */
  drain(): Promise<{ stdout: string; stderr: string }>;
};

/**
 * Starts the program in a session of its own, with the prompt on its standard input, which is then closed.
 * Throws `Agent.NotInstalled` when the system cannot execute it, `Agent.NotStarted` when it will not now.
 */
export async function startAgent(
  [program = '', ...args]: readonly string[],
  start: { cwd: string; env: Record<string, string>; prompt: string; log: LogFile; onOutput: OnOutput },
): Promise<AgentProcess> {
  const child = spawn(program, args, { cwd: start.cwd, env: start.env, detached: true, stdio: 'pipe' });
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ kind: 'exited', code, signal }));
  });
  offerToKernel(child.pid);
  const pid = await spawned(child, program);
  const stdout = createTail(STDOUT_TAIL_BYTES);
  const stderr = createTail(STDERR_TAIL_BYTES);
  const pumps = Promise.all([pump(child.stdout, 'stdout', stdout, start), pump(child.stderr, 'stderr', stderr, start)]);
  // A log that cannot be written ends the run; whoever waits for `ended` hears of it.
  const broken = new Promise<never>((_resolve, reject) => void pumps.catch(reject));
  const ended = Promise.race([exited, broken]);
  ended.catch(() => undefined);
  // An agent that does not read its prompt breaks the pipe: its own business.
  child.stdin.on('error', () => undefined);
  child.stdin.end(start.prompt);
  return {
    pid,
    ended,
    async drain() {
      const enough = new AbortController();
      await Promise.race([pumps, delay(DRAIN_MS, undefined, { signal: enough.signal })]).catch(() => undefined);
      enough.abort();
      child.stdout.destroy();
      child.stderr.destroy();
      return { stdout: stdout.text(), stderr: stderr.text() };
    },
  };
}

/** One chunk at a time: the next is read when this one is in the log, so a flood fills the pipe, not our memory. */
async function pump(
  stream: Readable,
  name: Stream,
  tail: ReturnType<typeof createTail>,
  { log, onOutput }: { log: LogFile; onOutput: OnOutput },
): Promise<void> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      tail.add(chunk);
      await log.write(chunk);
      onOutput(chunk, name);
    }
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    // The stream was destroyed by `drain`.
  }
}

/** Before it starts others, which inherit it. */
function offerToKernel(pid: number | undefined): void {
  try {
    if (pid !== undefined) writeFileSync(`/proc/${pid}/oom_score_adj`, FIRST_TO_GO);
  } catch {
    // No Linux, or it has ended already.
  }
}

function spawned(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(error, program)));
  });
}

function notStarted(error: NodeJS.ErrnoException, program: string): PortError {
  if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOEXEC') {
    return notInstalled(`The agent program "${program}" cannot be executed (${error.code}); is its interpreter there?`);
  }
  const more = { cause: error };
  return new PortError(
    'Agent.NotStarted',
    `The agent program "${program}" did not start: ${error.message}`,
    'transient',
    more,
  );
}
