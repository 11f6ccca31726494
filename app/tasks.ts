import type { Client, WorkflowHandle } from '@temporalio/client';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { PortError } from '../activities/port-error.ts';
import type { RunState, Tasks, WaitingTask } from '../activities/tasks-port.ts';
import { specOf } from '../domain/admit.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import { RULES_VERSION } from '../domain/state.ts';
import { endedSignal, nudgeSignal, projectWorkflowId, taskWorkflowId, WORKFLOWS } from '../workflows/messages.ts';
import type { IntakeInput, Queues, TaskInput } from '../workflows/messages.ts';
import {
  taskBounces,
  taskProject,
  taskRepo,
  taskStage,
  taskStageSince,
  taskStatus,
  taskWaitingFor,
} from '../workflows/search-attributes.ts';
import { quoted } from './quoted.ts';

export type TaskProject = { key: string; repo: string; base: string; pipeline: Pipeline; sweepMs: number };

export type TasksOptions = {
  client: Client;
  queuesOf: (project: string) => Queues;
  /** Throws for a project it does not know. */
  projectOf: (project: string) => TaskProject;
};

/** Tasks under their own workflow ids: Temporal itself refuses a second start. */
export function createTasks(options: TasksOptions): Tasks {
  const { client } = options;
  const told = (workflowId: string, send: (handle: WorkflowHandle) => Promise<void>): Promise<void> =>
    classified(() => unlessGone(() => send(client.workflow.getHandle(workflowId))));
  return {
    state: (key) => classified(() => stateOf(client, key)),
    start: (project, item, run) => classified(() => start(options, project, item, run)),
    nudge: (key, source) => told(taskWorkflowId(key), (handle) => handle.signal(nudgeSignal, { source })),
    ended: (project, ended) => told(projectWorkflowId(project), (handle) => handle.signal(endedSignal, ended)),
    waiting: (project) => classified(() => waiting(client, project)),
  };
}

/** Temporal that does not answer is trouble with Temporal, not with Conveyor itself. */
async function classified<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (!(cause instanceof ServiceError) && !isGrpcServiceError(cause)) throw cause;
    const message = `Temporal did not answer: ${cause.message}. It is asked again.`;
    throw new PortError('Temporal.Unreachable', message, 'transient', { cause });
  }
}

async function stateOf(client: Client, key: string): Promise<RunState> {
  try {
    const { status, memo, closeTime } = await client.workflow.getHandle(taskWorkflowId(key)).describe();
    const run = typeof memo?.['run'] === 'number' ? memo['run'] : 1;
    if (closeTime === undefined || status.name === 'CONTINUED_AS_NEW') return { kind: 'open', run };
    return { kind: 'closed', run, at: closeTime.getTime(), ...(status.name === 'COMPLETED' ? {} : { stopped: true }) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'none' };
    throw error;
  }
}

async function start(
  { client, queuesOf, projectOf }: TasksOptions,
  key: string,
  item: { key: string; title: string },
  run: number,
): Promise<'started' | 'exists'> {
  const project = projectOf(key);
  const spec = specOf(item, project, run);
  const queues = queuesOf(key);
  const input: TaskInput = { spec, pipeline: project.pipeline, queues, rulesVersion: RULES_VERSION };
  const [first] = project.pipeline.stages;
  try {
    await client.workflow.start(WORKFLOWS.task, {
      workflowId: taskWorkflowId(item.key),
      taskQueue: queues.control,
      args: [input],
      // A later run follows a closed one, which only the intake may decide; two at a time are refused either way.
      workflowIdReusePolicy: run === 1 ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `${item.key} ${item.title}`.slice(0, 190),
      staticDetails: `Project ${key}, repository ${spec.repo}, branch \`${spec.branch}\` to \`${spec.base}\``,
      memo: { title: item.title, run },
      typedSearchAttributes: [
        { key: taskStage, value: first?.name ?? '' },
        { key: taskStatus, value: 'working' },
        { key: taskProject, value: key },
        { key: taskRepo, value: spec.repo },
        { key: taskBounces, value: 0 },
        { key: taskStageSince, value: new Date() },
      ],
    });
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'exists';
    throw error;
  }
}

async function waiting(client: Client, project: string): Promise<WaitingTask[]> {
  const query = `TaskProject = '${quoted(project)}' AND TaskStatus IN ('asking', 'held', 'paused') AND ExecutionStatus = 'Running'`;
  const found: WaitingTask[] = [];
  for await (const info of client.workflow.list({ query })) {
    const attributes = info.typedSearchAttributes;
    const status = attributes.get(taskStatus);
    if (status !== 'asking' && status !== 'held' && status !== 'paused') continue;
    found.push({
      key: info.workflowId.slice(taskWorkflowId('').length),
      title: typeof info.memo?.['title'] === 'string' ? info.memo['title'] : '',
      status,
      sentence: attributes.get(taskWaitingFor) ?? '',
      since: attributes.get(taskStageSince)?.getTime() ?? info.startTime.getTime(),
    });
  }
  return found.sort((a, b) => a.since - b.since);
}

async function unlessGone(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    // Nobody is there to be told, and nobody needs to be.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** One intake per project, running from the first worker's start on. */
export async function ensureIntake({ client, queuesOf, projectOf }: TasksOptions, project: string): Promise<void> {
  const { sweepMs, pipeline } = projectOf(project);
  const queues = queuesOf(project);
  const input: IntakeInput = { project, queues, sweepMs, looks: pipeline.looks };
  try {
    await client.workflow.start(WORKFLOWS.intake, {
      workflowId: projectWorkflowId(project),
      taskQueue: queues.control,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Intake of ${project}`,
      typedSearchAttributes: [{ key: taskProject, value: project }],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
