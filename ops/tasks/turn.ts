import type { OpsDeps } from '../deps.ts';
import { ORDER } from '../format/status.ts';
import { hear } from './sentence.ts';
import { answerFromRecord } from './shown-task.ts';
import type { TaskRecord } from './tasks.ts';

/** How much a task waits for the reader: the lowest rank first, and the command that goes on with it. */
export type Turn = { rank: number; command: string | undefined };

/** Who may approve and what states are called is in the configuration; without one everybody may, and names are ours. */
export function createTurns(deps: Pick<OpsDeps, 'loadConfig' | 'user'>): (task: TaskRecord) => Turn {
  const read = deps.loadConfig();
  const projects = read.kind === 'loaded' ? read.config.projects : {};

  return (task) => {
    const project = Object.hasOwn(projects, task.project) ? projects[task.project] : undefined;
    const approvers = project?.policy.approvers ?? [];
    const may = approvers.length === 0 || approvers.includes(deps.user()) ? 'may' : 'may-not';
    return { rank: rankOf(task, may), command: commandOf(task, may, project?.states.entry ?? 'In Progress') };
  };
}

/** Approvals before other questions, those of other people after them. */
function rankOf({ status, sentence }: TaskRecord, may: 'may' | 'may-not'): number {
  if (status !== 'asking') return ORDER.indexOf(status);
  const heard = hear(sentence);
  if (heard.kind !== 'question' || heard.about === 'other') return -2;
  return may === 'may' ? -3 : -1;
}

function commandOf(task: TaskRecord, may: 'may' | 'may-not', entry: string): string | undefined {
  const { key, status, sentence } = task;
  switch (status) {
    case 'asking': {
      const heard = hear(sentence);
      const theirs = heard.kind === 'question' && heard.about === 'approval' && may === 'may-not';
      return theirs ? `conveyor explain ${key}` : answerFromRecord(task);
    }
    case 'held':
      return `conveyor board move ${key} "${entry}"`;
    case 'paused':
      return `conveyor resume ${key}`;
    case 'trouble':
      return `conveyor explain ${key}`;
    case 'waiting':
    case 'working':
    case 'done':
    case 'aborted':
    case 'broken':
      return undefined;
  }
}
