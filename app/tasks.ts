import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Tasks } from '../activities/ports.ts';
import { specOf } from '../domain/admit.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import { projectWorkflowId, taskWorkflowId, WORKFLOWS } from '../workflows/messages.ts';
import type { IntakeInput, Queues, TaskInput } from '../workflows/messages.ts';
import {
  taskBounces,
  taskProject,
  taskRepo,
  taskStage,
  taskStageSince,
  taskStatus,
} from '../workflows/search-attributes.ts';

export type TaskProject = { key: string; repo: string; base: string; pipeline: Pipeline; sweepMs: number };

export type TasksOptions = {
  client: Client;
  queuesOf: (project: string) => Queues;
  /** Throws for a project it does not know. */
  projectOf: (project: string) => TaskProject;
};

/** Starts tasks under their own workflow id; a second start of the same item is refused by Temporal. */
export function createTasks({ client, queuesOf, projectOf }: TasksOptions): Tasks {
  return {
    start: async (key, item) => {
      const project = projectOf(key);
      const spec = specOf(item, project);
      const queues = queuesOf(key);
      const input: TaskInput = { spec, pipeline: project.pipeline, queues };
      const [first] = project.pipeline.stages;
      try {
        await client.workflow.start(WORKFLOWS.task, {
          workflowId: taskWorkflowId(item.key),
          taskQueue: queues.control,
          args: [input],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          staticSummary: `${item.key} ${item.title}`.slice(0, 190),
          staticDetails: `Project ${key}, repository ${spec.repo}, branch \`${spec.branch}\` to \`${spec.base}\``,
          memo: { title: item.title },
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
    },
  };
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
