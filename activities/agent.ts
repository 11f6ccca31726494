import { Context, log } from '@temporalio/activity';
import type { Role } from '../domain/pipeline.ts';
import { promptFor } from '../domain/prompts/prompt-for.ts';
import { readReport } from '../domain/report.ts';
import type { AgentRun } from '../domain/run.ts';
import type { TaskSpec } from '../domain/state.ts';
import type { Finding } from '../domain/verdict.ts';
import { withHeartbeat } from './heartbeat.ts';
import type { AgentRequest, Beat, Ports, Workspace } from './ports.ts';
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
};

const BEAT_MS = 10_000;

type AgentPorts = Pick<Ports, 'tracker' | 'forge' | 'workspaces' | 'runner' | 'policies'>;

export type AgentActivities = { runAgent(input: AgentInput): Promise<AgentRun> };

export function createAgentActivities(ports: AgentPorts): AgentActivities {
  return { runAgent: (input) => runAgent(ports, input) };
}

/** One attempt: a fresh clone, the agent, and everything it left kept on the remote under its own ref. */
async function runAgent(ports: AgentPorts, input: AgentInput): Promise<AgentRun> {
  const { spec, attempt, branch } = input;
  const base = await tipOf(ports, spec.repo, spec.base);
  const start = input.start ?? (await ports.forge.tip(spec.repo, branch)) ?? base;
  const prompt = await renderPrompt(ports, input, start, base);
  const workspace = await ports.workspaces.open({ repo: spec.repo, attempt, start, branch });
  try {
    return await runIn(ports, input, { workspace, start, prompt });
  } finally {
    // What counts is pushed: a folder that cannot be removed must not cost the run.
    await ports.workspaces.close(workspace).catch((error: unknown) => log.warn('workspace not removed', { error }));
  }
}

async function runIn(
  ports: AgentPorts,
  input: AgentInput,
  { workspace, start, prompt }: { workspace: Workspace; start: string; prompt: string },
): Promise<AgentRun> {
  const { spec, role, attempt } = input;
  const request: AgentRequest = {
    project: spec.project,
    role: role.name,
    attempt,
    cwd: workspace.path,
    prompt,
    ...token(),
  };
  let beat: Beat | undefined;
  const result = await withHeartbeat(
    () => beat,
    BEAT_MS,
    () =>
      ports.runner.run(request, {
        signal: Context.current().cancellationSignal,
        onBeat: (latest) => {
          beat = latest;
        },
      }),
  );
  const sealed = await ports.workspaces.seal(workspace, {
    repo: spec.repo,
    attempt,
    message: `${spec.key}: ${role.name}, attempt ${input.number}\n\n${spec.title}`,
    identity: { name: `Conveyor ${role.name}`, email: `${role.name}@conveyor.invalid` },
  });
  return {
    exit: result.exit,
    report: readReport(result.report.frontMatter),
    start,
    head: sealed.commit.sha,
    tree: sealed.commit.tree,
    sideRef: sealed.sideRef,
    usage: result.usage,
    log: result.log,
  };
}

/** Lets a worker that starts after this one died fail the try at once. */
function token(): { taskToken: string } {
  return { taskToken: Context.current().info.base64TaskToken };
}

async function renderPrompt(ports: AgentPorts, input: AgentInput, head: string, base: string): Promise<string> {
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
