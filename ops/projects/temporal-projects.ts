import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { readIntake } from '../../app/intake.ts';
import {
  freezeSignal,
  freezeUpdate,
  projectWorkflowId,
  unfreezeSignal,
  unfreezeUpdate,
  WORKFLOWS,
} from '../../workflows/messages.ts';
import { OpsError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { quoted } from '../../app/quoted.ts';
import { bounded, serverTrouble } from '../temporal/calls.ts';
import { noIntake } from './no-intake.ts';
import type { EndedCounts, Projects } from './projects.ts';

const UPDATES = { freeze: freezeUpdate, unfreeze: unfreezeUpdate } as const;
const SIGNALS = { freeze: freezeSignal, unfreeze: unfreezeSignal } as const;

export function createProjects(client: Client): Projects {
  async function call<T>(project: string, request: () => Promise<T>): Promise<T> {
    try {
      return await bounded(client, request);
    } catch (error) {
      throw troubleOf(project, error);
    }
  }

  async function count(project: string, query: string): Promise<number> {
    const tasks = `WorkflowType = '${WORKFLOWS.task}' AND TaskProject = '${quoted(project)}'`;
    const over = `ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew'`;
    return (await client.workflow.count(`${tasks} AND ${over} AND ${query}`)).count;
  }

  async function listRunning(): Promise<string[]> {
    const names: string[] = [];
    const query = `WorkflowType = '${WORKFLOWS.intake}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of client.workflow.list({ query })) {
      names.push(workflowId.slice(projectWorkflowId('').length));
    }
    return names.toSorted();
  }

  return {
    running: () => call('', listRunning),
    intake: (project) => call(project, () => readIntake(client, project)),
    ended: (project) =>
      call(project, async (): Promise<EndedCounts> => {
        const [done, aborted, bounced] = await Promise.all([
          count(project, `TaskStatus = 'done'`),
          count(project, `TaskStatus = 'aborted'`),
          count(project, 'TaskBounces > 0'),
        ]);
        return { done, aborted, bounced };
      }),
    change: (project, verb, by) => call(project, () => handleOf(project).executeUpdate(UPDATES[verb], { args: [by] })),
    changeBySignal: (project, verb, by) => call(project, () => handleOf(project).signal(SIGNALS[verb], by)),
  };

  function handleOf(project: string) {
    return client.workflow.getHandle(projectWorkflowId(project));
  }
}

function troubleOf(project: string, error: unknown): unknown {
  if (error instanceof WorkflowNotFoundError) return noIntake(project, error);
  if (error instanceof WorkflowUpdateFailedError) {
    const what = error.cause?.message ?? error.message;
    return new OpsError({ what, run: `conveyor queue ${project}`, exit: EXIT.refused }, error);
  }
  return serverTrouble(error);
}
