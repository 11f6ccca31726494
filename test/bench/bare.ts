import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { queuesOf } from '../../app/tasks-of.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { cachedBundle } from '../../worker/bundle-cache.ts';
import { withWorkers } from '../support/workers.ts';
import { approve } from './approve.ts';
import type { Bench, Delivered } from './bench.ts';
import type { Countdown } from './countdown.ts';
import { countdown } from './countdown.ts';
import type { Op } from './script.ts';
import type { bare } from './workflows/bare.ts';
import type { BareCall, BareInput } from './workflows/messages.ts';
import { toldQuery } from './workflows/messages.ts';

const QUEUES = queuesOf('bare-')('BENCH');
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** The bench's own workflows, for workers beside those of the tasks. */
export const SOURCE = { entry: path('workflows/index.ts'), folders: [path('workflows'), path('../../workflows')] };

/** Issues the script's commands once, its decision given at once. */
export type RunBare = () => Promise<Delivered>;

/** Workers as a task has them, whose only workflow issues the script's commands, while `work` runs. */
export async function withBare<T>(
  { temporal, cacheRoot }: Bench,
  script: readonly Op[],
  work: (run: RunBare) => Promise<T>,
): Promise<T> {
  const asked = new Map<string, Countdown>();
  const bundle = await cachedBundle(SOURCE, { cacheRoot });
  const activities = echoes(script, (workflowId) => asked.get(workflowId)?.next());
  const input: BareInput = { script, queues: QUEUES, looks: DEFAULT_PIPELINE.looks };
  const { client } = temporal;
  return withWorkers(temporal, { bundle, activities, queues: { ...QUEUES, trackers: [QUEUES.tracker] } }, () =>
    work(async () => {
      const workflowId = `bare/${asked.size + 1}`;
      const count = countdown(activitiesBeforeDecision(script));
      asked.set(workflowId, count);
      const started = performance.now();
      const options = { workflowId, taskQueue: QUEUES.control, args: [input] as [BareInput] };
      const handle = await client.workflow.start<typeof bare>('bare', options);
      const told = async (): Promise<number | undefined> => ((await handle.query(toldQuery)) ? 1 : undefined);
      await approve(handle, { asked: count.over, told });
      await handle.result();
      return { workflowId, durationMs: performance.now() - started };
    }),
  );
}

/** Activities of the recorded names, which answer at once with as many bytes as the recorded ones. */
function echoes(
  script: readonly Op[],
  called: (workflowId: string) => void,
): Record<string, (call: BareCall) => Promise<string>> {
  const names = script.flatMap((op) => (op.op === 'activity' ? [op.name] : []));
  const echo = async ({ result }: BareCall): Promise<string> => {
    called(Context.current().info.workflowExecution?.workflowId ?? '');
    return 'x'.repeat(result);
  };
  return Object.fromEntries(names.map((name) => [name, echo]));
}

function activitiesBeforeDecision(script: readonly Op[]): number {
  const decision = script.findIndex(({ op }) => op === 'decided');
  return script.slice(0, decision).filter(({ op }) => op === 'activity').length;
}
