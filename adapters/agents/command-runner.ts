import { stat } from 'node:fs/promises';
import type { AgentRequest, AgentResult, AgentRunner } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import { isUsedUp } from '../../domain/budget.ts';
import { NO_USAGE } from '../../domain/run.ts';
import { attemptFiles } from './attempt-files.ts';
import type { HostEnvironment } from './environment.ts';
import { openScratch, removeScratch } from './environment.ts';
import type { Isolation } from './isolation.ts';
import { createIsolation, withForkBound } from './isolation.ts';
import { endEarlierTry, giveUpLock } from './lock.ts';
import { openLog } from './log-file.ts';
import type { RoleCommand } from './role-command.ts';
import { checkCommand, commandOf, fill } from './role-command.ts';
import { overBudget } from './stopped.ts';
import type { Control, Job } from './supervise.ts';
import { supervise } from './supervise.ts';

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

/**
 * A runner that starts any program: the prompt on its standard input, the report at the end of its output.
 * Throws `Agent.Config` at once for a command that cannot be filled. Runs of the same attempt follow each other.
 */
export function createCommandRunner(options: CommandRunnerOptions): AgentRunner {
  for (const [role, command] of Object.entries(options.roles)) checkCommand(role, command);
  const wrapper = createIsolation(options.isolation, options.hostEnv['PATH']);
  const running = new Map<string, Promise<unknown>>();
  const filesOf = (attempt: string) => attemptFiles(options.logRoot, attempt);

  async function runAlone(request: AgentRequest, control: Control): Promise<AgentResult> {
    control.signal.throwIfAborted();
    const role = commandOf(options.roles, request.role);
    await requireFolder(request.cwd);
    const files = filesOf(request.attempt);
    await endEarlierTry(files.lock);
    if (request.budget && isUsedUp(request.budget)) return unpaid(request.budget, files.log);
    const log = await openLog(files.log, options.logBytes ?? LOG_BYTES);
    const scratch = await openScratch();
    try {
      const wrapped = await withForkBound(await wrapper(), role.limits?.processes, options.hostEnv['PATH']);
      const { hostEnv } = options;
      return await runOrResume({ request, control, role, log, lock: files.lock, scratch, wrapper: wrapped, hostEnv });
    } finally {
      await log.close();
      await removeScratch(scratch.root);
      await giveUpLock(files.lock);
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
    endEarlier: ({ attempt }) => endEarlierTry(filesOf(attempt).lock),
  };
}

/** A session that its program does not know, because it was kept elsewhere or is gone, is no reason not to work. */
async function runOrResume(job: Omit<Job, 'argv'>): Promise<AgentResult> {
  const { role, request } = job;
  const { cwd, session } = request;
  const values = { cwd, role: request.role };
  if (role.resume !== undefined && session !== undefined) {
    const resumed = await supervise({ ...job, argv: fill(role.resume, { ...values, session }) });
    if (resumed.exit.kind !== 'crashed' || resumed.session !== undefined) return resumed;
  }
  return supervise({ ...job, argv: fill(role.command, values) });
}

function unpaid(budget: NonNullable<AgentRequest['budget']>, log: string): AgentResult {
  return { exit: overBudget(budget, NO_USAGE), report: { frontMatter: undefined, text: '' }, usage: NO_USAGE, log };
}

async function requireFolder(cwd: string): Promise<void> {
  const found = await stat(cwd).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new PortError('Agent.NoWorkspace', `The workspace ${cwd} is not there; a new try makes it again.`);
}
