import type { Cell } from '../output.ts';
import type { ShownTask } from './shown-task.ts';

type Field = readonly [string, Cell];

/** What `show` and `explain` print of a task, in this order; the names are stable, they are the TSV's first field. */
export function taskFields(task: ShownTask): Field[] {
  return [
    ['task', task.key],
    ['title', task.title],
    ['status', { status: task.status }],
    ['stage', task.stage],
    ['since', new Date(task.stageSince)],
    ['now', task.sentence],
    ['branch', task.branch ?? undefined],
    ['pull request', task.pullRequest ?? undefined],
    ...subjectFields(task),
    ['bounces', task.bounces],
    ['spent', spent(task)],
    ['ended', task.endedAt === null ? undefined : new Date(task.endedAt)],
    ['Web UI', task.webUi ?? undefined],
  ];
}

function subjectFields({ subjects }: ShownTask): Field[] {
  const candidate = subjects?.candidate;
  const named: [string, string | undefined][] = [
    ['head', subjects?.head],
    ['candidate', candidate?.sha],
    ['artifact', subjects?.artifact?.digest],
    ['staging', subjects?.staged?.digest],
    ['production', subjects?.released?.digest],
  ];
  return named.map(([name, id]) => [name, id === undefined ? undefined : { hash: id }]);
}

function spent({ ledger }: ShownTask): string | undefined {
  if (!ledger) return undefined;
  const { agentRuns, usage } = ledger;
  const runs = agentRuns === 1 ? '1 agent run' : `${agentRuns} agent runs`;
  return `${runs}, ${usage.tokensIn + usage.tokensOut} tokens, ${usage.usd.toFixed(2)} USD`;
}
