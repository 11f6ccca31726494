import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Config } from '../adapters/config/config.ts';
import type { NudgeTarget } from '../domain/nudge.ts';
import { nudgeSignal, projectWorkflowId, taskWorkflowId } from '../workflows/messages.ts';
import type { NudgeSource } from '../workflows/messages.ts';
import { quoted } from './quoted.ts';
import { taskHeadSha, taskRepo } from '../workflows/search-attributes.ts';
import { within } from './within.ts';

/** Workflow ids that were told to look again; empty when nobody waits for this. */
export type Nudged = { workflowIds: string[] };
export type Nudger = (target: NudgeTarget) => Promise<Nudged>;

export type NudgerOptions = {
  client: Client;
  /** See `projectsDelivering`. */
  projectsOf: (repo: string) => readonly string[];
  /** How long all of a nudge may take, in milliseconds; 3000 when absent. Gitea hangs up after five seconds. */
  deadlineMs?: number;
  /** One event wakes no more tasks than this, 500 when absent; the timers of the others look. */
  mostTasks?: number;
};

/** Keys of the projects that deliver a repository. */
export function projectsDelivering({ projects }: Pick<Config, 'projects'>): NudgerOptions['projectsOf'] {
  const all = Object.values(projects);
  return (repo) => all.filter((project) => project.repo === repo).map(({ key }) => key);
}

const AT_ONCE = 25;

/** Sends a nudge to whom it may concern. Ambiguity is harmless: it is only a hint. Throws when Temporal is away. */
export function createNudger({ client, projectsOf, deadlineMs = 3_000, mostTasks = 500 }: NudgerOptions): Nudger {
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

  async function signalAll(workflowIds: readonly string[], source: NudgeSource): Promise<string[]> {
    const told: string[] = [];
    for (let from = 0; from < workflowIds.length; from += AT_ONCE) {
      const some = workflowIds.slice(from, from + AT_ONCE);
      told.push(...(await Promise.all(some.map((id) => signal(id, source)))).flat());
    }
    return told;
  }

  async function signalWhere(attribute: { name: string }, value: string): Promise<string[]> {
    const found: string[] = [];
    const query = `${attribute.name} = '${quoted(value)}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of client.workflow.list({ query, pageSize: mostTasks })) {
      if (found.push(workflowId) >= mostTasks) break;
    }
    return signalAll(found, 'forge');
  }

  /** The intake goes first: it has to hear even when there are more tasks than one nudge wakes. */
  async function signalRepository(repo: string): Promise<string[]> {
    const intakes = await signalAll(projectsOf(repo).map(projectWorkflowId), 'forge');
    return [...intakes, ...(await signalWhere(taskRepo, repo))];
  }

  async function tell(target: NudgeTarget): Promise<string[]> {
    switch (target.kind) {
      case 'task': {
        const task = await signal(taskWorkflowId(target.key), target.source);
        const intake = target.source === 'tracker' || task.length === 0;
        return [...task, ...(intake ? await signal(projectWorkflowId(target.project), target.source) : [])];
      }
      case 'commit': {
        const found = await signalWhere(taskHeadSha, target.sha);
        return found.length > 0 || target.otherwise === 'nobody' ? found : signalRepository(target.repo);
      }
      case 'repository':
        return signalRepository(target.repo);
      case 'project':
        return signal(projectWorkflowId(target.project), 'tracker');
      case 'ignored':
        return [];
    }
  }

  return async (target) => ({
    workflowIds: await within(deadlineMs, () => client.withDeadline(Date.now() + deadlineMs, () => tell(target))),
  });
}
