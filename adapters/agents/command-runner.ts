import { stat } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import type { AgentRequest, AgentRunner, Beat } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import { exitOf } from './agent-exit.ts';
import type { AgentProcess, ProcessEnd } from './agent-process.ts';
import { startAgent } from './agent-process.ts';
import { attemptFiles } from './attempt-files.ts';
import type { HostEnvironment, Scratch } from './environment.ts';
import { agentEnvironment, openScratch, removeScratch } from './environment.ts';
import { findProgram } from './find-program.ts';
import type { Isolation, Wrapper } from './isolation.ts';
import { createIsolation } from './isolation.ts';
import { endEarlierTry, removeLock, started, writeLock } from './lock.ts';
import type { LogFile } from './log-file.ts';
import { openLog } from './log-file.ts';
import { endTree } from './process-tree.ts';
import { lastReport } from './report-block.ts';
import { readResultLines } from './result-lines.ts';
import type { RoleCommand } from './role-command.ts';
import { checkCommand, commandOf, fill } from './role-command.ts';
import type { LimitReached } from './watch.ts';
import { watchRun } from './watch.ts';

const LOG_BYTES = 32 * 1024 * 1024;

export type CommandRunnerOptions = {
  roles: Record<string, RoleCommand>;
  /** Where logs and locks of this host's attempts lie. */
  logRoot: string;
  /** Kept of one run's output, in bytes; 32 MiB unless told. */
  logBytes?: number;
  hostEnv: HostEnvironment;
  isolation: Isolation;
};

type Control = { signal: AbortSignal; onBeat: (beat: Beat) => void };
type Run = Awaited<ReturnType<AgentRunner['run']>>;
type End = ProcessEnd | LimitReached | { kind: 'cancelled' };

/** One run, as the steps below share it. */
type Job = { request: AgentRequest; control: Control; role: RoleCommand; log: LogFile; lock: string; scratch: Scratch };

/**
 * A runner that starts any program: the prompt on its standard input, the report at the end of its output.
 * Throws `Agent.Config` at once for a command that cannot be filled. Runs of the same attempt follow each other.
 */
export function createCommandRunner(options: CommandRunnerOptions): AgentRunner {
  for (const [role, command] of Object.entries(options.roles)) checkCommand(role, command);
  const wrapper = createIsolation(options.isolation, options.hostEnv['PATH']);
  const running = new Map<string, Promise<unknown>>();

  async function runAlone(request: AgentRequest, control: Control): Promise<Run> {
    control.signal.throwIfAborted();
    const role = commandOf(options.roles, request.role);
    await requireFolder(request.cwd);
    const files = attemptFiles(options.logRoot, request.attempt);
    await endEarlierTry(files.lock);
    const log = await openLog(files.log, options.logBytes ?? LOG_BYTES);
    const scratch = await openScratch();
    try {
      const job: Job = { request, control, role, log, lock: files.lock, scratch };
      return await supervise(job, options.hostEnv, await wrapper());
    } finally {
      await log.close();
      await removeScratch(scratch.root);
      await removeLock(files.lock);
    }
  }

  return {
    async run(request, control) {
      const before = running.get(request.attempt);
      const run = Promise.allSettled([before]).then(() => runAlone(request, control));
      running.set(request.attempt, run);
      try {
        return await run;
      } finally {
        if (running.get(request.attempt) === run) running.delete(request.attempt);
      }
    },
  };
}

/** Starts the agent, waits for the first end there is, and returns when no process of the attempt is left. */
async function supervise(job: Job, hostEnv: HostEnvironment, wrapper: Wrapper): Promise<Run> {
  const { request, control, role, log, lock, scratch } = job;
  const { attempt, cwd, taskToken } = request;
  const env = agentEnvironment(hostEnv, role, { role: request.role, attempt, scratch });
  const [program = '', ...args] = fill(role.command, { cwd, role: request.role });
  const argv = [...wrapper, await findProgram(program, cwd, env['PATH']), ...args];
  const record = { attempt, scratch: scratch.root, ...(taskToken === undefined ? {} : { taskToken }) };
  // Written before the start: whenever the worker dies, the next one knows what to look for.
  await writeLock(lock, record);
  control.signal.throwIfAborted();

  const startedAt = performance.now();
  let onOutput = (): void => undefined;
  const agent = await startAgent(argv, { cwd, env, prompt: request.prompt, log, onOutput: () => onOutput() });
  const root = started(agent.pid);
  let end: End;
  try {
    await writeLock(lock, { ...record, agent: root });
    end = await firstEnd(job, agent, (seen) => (onOutput = seen));
  } catch (trouble) {
    await endTree({ attempt, root }, 0);
    throw trouble;
  }
  await endTree({ attempt, root }, end.kind === 'exited' ? 0 : role.graceMs);
  const printed = await agent.drain();
  if (end.kind === 'cancelled') throw control.signal.reason;
  return result(end, printed, {
    durationMs: Math.round(performance.now() - startedAt),
    log,
    wrapped: wrapper.length > 0,
  });
}

/** The run's own end, a limit or the cancellation, whichever comes first. */
async function firstEnd(job: Job, agent: AgentProcess, listen: (seen: () => void) => void): Promise<End> {
  const { control, log, role, request } = job;
  const over = new AbortController();
  const stopped = new Promise<End>((resolve) => {
    const watch = watchRun(
      { totalMs: role.totalMs, idleMs: role.idleMs, cwd: request.cwd },
      {
        onLimit: resolve,
        onBeat: (lastOutputAt) => control.onBeat({ log: log.path, offset: log.offset(), lastOutputAt }),
      },
    );
    listen(() => watch.seen());
    over.signal.addEventListener('abort', () => watch.stop(), { once: true });
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

function result(
  end: ProcessEnd | LimitReached,
  printed: { stdout: string; stderr: string },
  run: { durationMs: number; log: LogFile; wrapped: boolean },
): Run {
  const { usage, quotaUntil, rest } = readResultLines(stripVTControlCharacters(printed.stdout), run.durationMs);
  const stderr = stripVTControlCharacters(printed.stderr);
  const exit = exitOf(end, { stderr, quotaUntil, wrapped: run.wrapped });
  return { exit, report: lastReport(rest), usage, log: run.log.path };
}

async function requireFolder(cwd: string): Promise<void> {
  const found = await stat(cwd).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new PortError('Agent.NoWorkspace', `The workspace ${cwd} is not there; a new try makes it again.`);
}
