import { stripVTControlCharacters } from 'node:util';
import type { AgentRequest, AgentResult, Beat } from '../../activities/ports.ts';
import { isUsedUp, remaining, spending } from '../../domain/budget.ts';
import type { Usage } from '../../domain/run.ts';
import { exitOf } from './agent-exit.ts';
import type { AgentProcess, ProcessEnd, Stream } from './agent-process.ts';
import { startAgent } from './agent-process.ts';
import { watchBounds } from './bounds.ts';
import type { HostEnvironment, Scratch } from './environment.ts';
import { agentEnvironment } from './environment.ts';
import { findProgram } from './find-program.ts';
import type { Wrapper } from './isolation.ts';
import { ownLock, started, writeLock } from './lock.ts';
import type { LogFile } from './log-file.ts';
import { createNews } from './news.ts';
import type { Tree } from './process-tree.ts';
import { endTree } from './process-tree.ts';
import { lastReport } from './report-block.ts';
import type { ResultReader } from './result-lines.ts';
import { createResultReader, withoutResultLines } from './result-lines.ts';
import type { RoleCommand } from './role-command.ts';
import type { OverBudget, Stopped } from './stopped.ts';
import { overBudget } from './stopped.ts';
import { watchRun } from './watch.ts';

export type Control = { signal: AbortSignal; onBeat: (beat: Beat) => void };

/** One run. `argv` is filled; the lock and the log are this attempt's. */
export type Job = {
  request: AgentRequest;
  control: Control;
  role: RoleCommand;
  argv: readonly string[];
  wrapper: Wrapper;
  hostEnv: HostEnvironment;
  log: LogFile;
  lock: string;
  scratch: Scratch;
};

type End = ProcessEnd | Stopped | { kind: 'cancelled' };

/** Starts the agent, waits for the first end there is, and returns when no process of the attempt is left. */
export async function supervise(job: Job): Promise<AgentResult> {
  const { request, control, role, log, lock, scratch, wrapper } = job;
  const { attempt, cwd, taskToken } = request;
  const env = agentEnvironment(job.hostEnv, role, { role: request.role, attempt, scratch });
  const [program = '', ...args] = job.argv;
  const argv = [...wrapper, await findProgram(program, cwd, env['PATH']), ...args];
  const record = { attempt, scratch: scratch.root, ...(taskToken === undefined ? {} : { taskToken }) };
  // Written before the start: whenever the worker dies, the next one knows what to look for.
  await writeLock(lock, record);
  control.signal.throwIfAborted();

  const startedAt = performance.now();
  const desk = createDesk(job);
  const agent = await startAgent(argv, { cwd, env, prompt: request.prompt, log, onOutput: desk.onOutput });
  const root = started(agent.pid);
  const tree: Tree = { attempt, scratch: scratch.root, root };
  let end: End;
  try {
    await writeLock(lock, { ...record, agent: root });
    end = await firstEnd(job, tree, agent, desk);
  } catch (trouble) {
    await endTree(tree, 0);
    throw trouble;
  }
  // What grows without end must not be asked first.
  await endTree(tree, end.kind === 'exited' || end.kind === 'over-limit' ? 0 : role.graceMs);
  const printed = await agent.drain();
  if (end.kind === 'cancelled') throw control.signal.reason;
  await ownLock(lock, root);
  desk.reader.end();
  const durationMs = Math.round(performance.now() - startedAt);
  return result(end, printed, { said: desk.reader.said(), durationMs, log, wrapped: wrapper.length > 0 });
}

/** What is read of the output while it comes, and who wants to know. */
type Desk = {
  reader: ResultReader;
  onOutput: (chunk: Buffer, stream: Stream) => void;
  listen: (heard: (what: 'new' | 'known') => void, onOverBudget: (over: OverBudget) => void) => void;
};

function createDesk({ request: { budget } }: Job): Desk {
  const news = createNews();
  let heard = (_what: 'new' | 'known'): void => undefined;
  let onOverBudget = (_over: OverBudget): void => undefined;
  const check = (usage: Usage): void => {
    if (budget && isUsedUp(remaining(budget, spending(usage)))) onOverBudget(overBudget(budget, usage));
  };
  const reader = createResultReader(check);
  return {
    reader,
    onOutput(chunk, stream) {
      if (stream === 'stdout') reader.add(chunk);
      heard(news.isNew(chunk) ? 'new' : 'known');
    },
    listen(onHeard, onOver) {
      heard = onHeard;
      onOverBudget = onOver;
      // It may have spent everything before anybody listened.
      check(reader.said().usage);
    },
  };
}

/** The run's own end, a limit or the cancellation, whichever comes first. */
async function firstEnd(job: Job, tree: Tree, agent: AgentProcess, desk: Desk): Promise<End> {
  const { control, role, request } = job;
  const over = new AbortController();
  const stopped = new Promise<End>((resolve) => {
    const limits = { totalMs: role.totalMs, idleMs: role.idleMs, noProgressMs: role.noProgressMs ?? Infinity };
    const onBeat = (lastOutputAt: number): void => control.onBeat(beatOf(job, desk, lastOutputAt));
    const watch = watchRun({ ...limits, cwd: request.cwd }, { onLimit: resolve, onBeat });
    const bounds = watchBounds(tree, role.limits ?? {}, resolve);
    let lastLine: NodeJS.Timeout | undefined;
    desk.listen(
      (what) => watch.seen(what),
      (reached) => {
        // Many agents say what they used in their last line: that one may end by itself.
        lastLine ??= setTimeout(resolve, role.graceMs, reached);
      },
    );
    const stop = (): void => {
      watch.stop();
      bounds.stop();
      clearTimeout(lastLine);
    };
    over.signal.addEventListener('abort', stop, { once: true });
    const cancel = (): void => resolve({ kind: 'cancelled' });
    control.signal.addEventListener('abort', cancel, { once: true, signal: over.signal });
    if (control.signal.aborted) cancel();
  });
  try {
    return await Promise.race([agent.ended, stopped]);
  } finally {
    over.abort();
  }
}

function beatOf({ log }: Job, { reader }: Desk, lastOutputAt: number): Beat {
  const { usage, session } = reader.said();
  return { log: log.path, offset: log.offset(), lastOutputAt, usage, ...(session === undefined ? {} : { session }) };
}

function result(
  end: ProcessEnd | Stopped,
  printed: { stdout: string; stderr: string },
  run: { said: ReturnType<ResultReader['said']>; durationMs: number; log: LogFile; wrapped: boolean },
): AgentResult {
  const { usage, quota, session } = run.said;
  const stderr = stripVTControlCharacters(printed.stderr);
  return {
    exit: exitOf(end, { stderr, quota, wrapped: run.wrapped }),
    report: lastReport(withoutResultLines(stripVTControlCharacters(printed.stdout))),
    usage: { ...usage, durationMs: run.durationMs },
    log: run.log.path,
    ...(session === undefined ? {} : { session }),
  };
}
