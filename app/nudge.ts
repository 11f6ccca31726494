import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { NudgeTarget } from '../domain/nudge.ts';
import { nudgeSignal, projectWorkflowId, taskWorkflowId } from '../workflows/messages.ts';
import type { NudgeSource } from '../workflows/messages.ts';

/** Workflow ids that were told to look again; empty when nobody waits for this. */
export type Nudged = { workflowIds: string[] };
export type Nudger = (target: NudgeTarget) => Promise<Nudged>;

/** Sends a nudge to whom it may concern. Ambiguity is harmless: it is only a hint. Throws when Temporal is away. */
export function createNudger(client: Client): Nudger {
  async function signal(workflowId: string, source: NudgeSource): Promise<string[]> {
    try {
      await client.workflow.getHandle(workflowId).signal(nudgeSignal, { source });
      return [workflowId];
    } catch (error) {
      // A task that ended, or was never started, has nothing to look at.
      if (error instanceof WorkflowNotFoundError) return [];
      throw error;
    }
  }

  async function signalWhere(query: string): Promise<string[]> {
    const told: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query: `${query} AND ExecutionStatus = 'Running'` })) {
      told.push(...(await signal(workflowId, 'forge')));
    }
    return told;
  }

  return async (target) => {
    switch (target.kind) {
      case 'task': {
        const task = await signal(taskWorkflowId(target.key), target.source);
        const intake = target.source === 'tracker' || task.length === 0;
        return {
          workflowIds: [...task, ...(intake ? await signal(projectWorkflowId(target.project), 'tracker') : [])],
        };
      }
      case 'commit': {
        const found = await signalWhere(`TaskHeadSha = '${quoted(target.sha)}'`);
        return { workflowIds: found.length > 0 ? found : await signalWhere(`TaskRepo = '${quoted(target.repo)}'`) };
      }
      case 'repository':
        return { workflowIds: await signalWhere(`TaskRepo = '${quoted(target.repo)}'`) };
      case 'project':
        return { workflowIds: await signal(projectWorkflowId(target.project), 'tracker') };
      case 'ignored':
        return { workflowIds: [] };
    }
  };
}

/** A quote would end the string in the visibility query. */
function quoted(text: string): string {
  return text.replaceAll(/[^\w./-]/g, '');
}
