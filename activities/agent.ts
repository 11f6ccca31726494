import { Context, log } from '@temporalio/activity';
import { remaining, spending } from '../domain/budget.ts';
import type { Budget, Role } from '../domain/pipeline.ts';
import { promptFor } from '../domain/prompts/prompt-for.ts';
import { readReport } from '../domain/report.ts';
import type { AgentRun } from '../domain/run.ts';
import { addedUsage } from '../domain/run.ts';
import type { LostTry } from '../domain/run-schema.ts';
import { readLostTry, readRecord, writeRecord } from '../domain/run-schema.ts';
import type { TaskSpec } from '../domain/state.ts';
import type { Finding } from '../domain/verdict.ts';
import type { Pulse } from './heartbeat.ts';
import { withHeartbeat } from './heartbeat.ts';
import type { AgentRequest, Beat, Ports, Sealed, Workspace } from './ports.ts';
import { PortError } from './ports.ts';

export type AgentInput = {
  spec: TaskSpec;
  role: Role & { name: string };
  /** `<KEY>#<run>/<stage>/<attempt>/work`. */
  attempt: string;
  number: number;
  branch: string;
  /** The commit to start from; absent before the first push: the branch, or the base. */
  start?: string;
  findings: readonly Finding[];
  words: readonly string[];
  sideRef?: string;
  /** The agent's session of a run that was interrupted, to be continued. */
  session?: string;
  /** What is left of the task's budget; absent = no limit. */
  budget?: Budget;
};

const BEAT_MS = 10_000;
/** The workspace was taken by another try: no patience brings it back. */
const GONE = 'Git.WorkspaceGone';
const PAUSES_MS = [1, 2, 4, 8, 15, ...Array.from({ length: 19 }, () => 30)].map((seconds) => seconds * 1_000);

type AgentPorts = Pick<Ports, 'tracker' | 'forge' | 'workspaces' | 'runner' | 'policies'>;

/** One try of an attempt. `lost`: what the tries before it had spent and said. */
type Try = { ports: AgentPorts; input: AgentInput; lost: LostTry; pulse: Pulse; onBeat: (beat: Beat) => void };

export type AgentActivities = { runAgent(input: AgentInput): Promise<AgentRun> };

/** Tries of the same attempt follow each other: the second must not touch the folder that the first works in. */
export function createAgentActivities(ports: AgentPorts): AgentActivities {
  const running = new Map<string, Promise<unknown>>();
  return {
    runAgent(input) {
      const lost = readLostTry(Context.current().info.heartbeatDetails);
      let beat: Beat | LostTry = lost;
      const onBeat = (latest: Beat): void => void (beat = { ...latest, usage: addedUsage(lost.usage, latest.usage) });
      const work = async (pulse: Pulse): Promise<AgentRun> => {
        const before = running.get(input.attempt);
        const run = Promise.allSettled([before]).then(() => attempt({ ports, input, lost, pulse, onBeat }));
        running.set(input.attempt, run);
        try {
          return await run;
        } finally {
          if (running.get(input.attempt) === run) running.delete(input.attempt);
        }
      };
      return withHeartbeat(() => beat, BEAT_MS, work);
    },
  };
}

/** A fresh clone, the agent, and everything it left kept on the remote under its own ref. What was kept is not paid twice. */
async function attempt(one: Try): Promise<AgentRun> {
  const { ports, input } = one;
  const { spec, attempt, branch } = input;
  Context.current().cancellationSignal.throwIfAborted();
  const kept = await ports.workspaces.sealed({ repo: spec.repo, attempt });
  if (kept) return runOf(kept);
  await ports.runner.endEarlier({ project: spec.project, attempt });
  const base = await tipOf(ports, spec.repo, spec.base);
  const start = input.start ?? (await ports.forge.tip(spec.repo, branch)) ?? base;
  const prompt = await renderPrompt(one, start, base);
  const workspace = await ports.workspaces.open({ repo: spec.repo, attempt, start, branch });
  try {
    return await runIn(one, { workspace, start, prompt });
  } finally {
    // What counts is pushed: a folder that cannot be removed must not cost the run.
    await ports.workspaces.close(workspace).catch((error: unknown) => log.warn('workspace not removed', { error }));
  }
}

async function runIn(
  { ports, input, lost, pulse, onBeat }: Try,
  { workspace, start, prompt }: { workspace: Workspace; start: string; prompt: string },
): Promise<AgentRun> {
  const { spec, role, attempt } = input;
  const { cancellationSignal: signal } = Context.current();
  const session = sessionOf(input, lost);
  const request: AgentRequest = {
    project: spec.project,
    role: role.name,
    attempt,
    cwd: workspace.path,
    prompt,
    ...token(),
    ...(session === undefined ? {} : { session }),
    ...(input.budget ? { budget: remaining(input.budget, spending(lost.usage)) } : {}),
  };
  const result = await ports.runner.run(request, { signal, onBeat });
  signal.throwIfAborted();
  pulse.check();
  const record = writeRecord({
    exit: result.exit,
    report: readReport(result.report.frontMatter),
    start,
    usage: addedUsage(lost.usage, result.usage),
    ...(result.session === undefined ? {} : { session: result.session }),
    log: result.log,
  });
  const seal = () =>
    ports.workspaces.seal(workspace, {
      repo: spec.repo,
      attempt,
      message: `${spec.key}: ${role.name}, attempt ${input.number}\n\n${spec.title}`,
      identity: { name: `Conveyor ${role.name}`, email: `${role.name}@conveyor.invalid` },
      record,
    });
  return runOf(await patiently(seal, pulse));
}

/** A remote that is away is asked again for about ten minutes: to wait costs less than to run the agent once more. */
async function patiently<T>(work: () => Promise<T>, pulse: Pulse): Promise<T> {
  for (const ms of PAUSES_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PortError) || error.trouble !== 'transient' || error.type === GONE) throw error;
      log.warn('the result is not kept yet', { error });
    }
    await Context.current().sleep(ms);
    pulse.check();
  }
  return work();
}

/** A lost try's session is newer than the one of the attempt before. */
function sessionOf(input: AgentInput, lost: LostTry): string | undefined {
  return lost.session ?? input.session;
}

function runOf({ commit, sideRef, record }: Sealed): AgentRun {
  const known = record === undefined ? undefined : readRecord(record);
  if (known) return { ...known, head: commit.sha, tree: commit.tree, sideRef };
  const why = `The record beside ${sideRef} cannot be read; remove it there, then the agent works again.`;
  throw new PortError('Git.BadRecord', why, 'config');
}

/** Lets a worker that starts after this one died fail the try at once. */
function token(): { taskToken: string } {
  return { taskToken: Context.current().info.base64TaskToken };
}

async function renderPrompt({ ports, input, lost }: Try, head: string, base: string): Promise<string> {
  const { spec, role } = input;
  const item = await ports.tracker.item(spec.project, spec.key);
  const { protectedPaths } = ports.policies.of(spec.project);
  return promptFor({
    role: role.name,
    owes: role.owes,
    documents: role.documents,
    key: spec.key,
    title: item?.title ?? spec.title,
    body: item?.body ?? '',
    branch: input.branch,
    head,
    base,
    findings: [...input.findings],
    words: [...input.words],
    attempt: input.number,
    protectedPaths,
    ...(input.sideRef === undefined ? {} : { sideRef: input.sideRef }),
    ...(sessionOf(input, lost) === undefined ? {} : { begun: 'before' as const }),
  });
}

async function tipOf(ports: AgentPorts, repo: string, branch: string): Promise<string> {
  const tip = await ports.forge.tip(repo, branch);
  if (tip === undefined) {
    throw new PortError(
      'Forge.BranchMissing',
      `${repo} has no branch "${branch}"; create it or mend conveyor.yaml`,
      'config',
    );
  }
  return tip;
}
