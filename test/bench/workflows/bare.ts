import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { CancellationScope, condition, setHandler, sleep, upsertSearchAttributes } from '@temporalio/workflow';
import { bindActivities } from '../../../workflows/activities.ts';
import { decideUpdate } from '../../../workflows/messages.ts';
import type { Queues } from '../../../workflows/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { toldQuery } from './messages.ts';
import type { BareActivity, BareInput } from './messages.ts';
import type { Op } from '../script.ts';

type Running = { ended: Promise<unknown>; cancel: () => void };

/** Issues a recorded task's commands in their order, and decides nothing. */
export async function bare({ script, queues, looks }: BareInput): Promise<void> {
  const bound = bindActivities(queues, looks) as unknown as Record<keyof Queues, Record<string, BareActivity>>;
  const running = new Map<string, Running>();
  let asks = false;
  let decided = false;
  setHandler(decideUpdate, () => {
    decided = true;
    return 'decided';
  });
  setHandler(toldQuery, () => asks);
  for (const op of script) await carryOut(op);

  async function carryOut(op: Op): Promise<void> {
    switch (op.op) {
      case 'activity': {
        const activity = bound[op.queue][op.name]?.executeWithOptions;
        const args = [{ filler: filler(op.input), result: op.result }] as const;
        const ended = activity?.({ summary: op.summary }, args) ?? Promise.resolve();
        running.set(op.id, { ended, cancel: () => undefined });
        return;
      }
      case 'timer':
        running.set(op.id, startTimer(op.ms, op.summary));
        return;
      case 'answered':
      case 'fired':
        await running.get(op.id)?.ended;
        return;
      case 'cancelled':
        running.get(op.id)?.cancel();
        return;
      case 'attributes':
        upsertSearchAttributes(pairsOf(op.values));
        return;
      case 'decided':
        asks = true;
        await condition(() => decided);
        return;
    }
  }
}

function startTimer(ms: number, summary: string): Running {
  const scope = new CancellationScope();
  const ended = scope.run(() => sleep(ms, { summary })).catch(() => undefined);
  return { ended, cancel: () => scope.cancel() };
}

function filler(bytes: number): string {
  return 'x'.repeat(bytes);
}

function pairsOf(values: Record<string, string | number | null>): SearchAttributeUpdatePair[] {
  return SEARCH_ATTRIBUTES.filter(({ name }) => name in values).map((key) => {
    const value = values[key.name] ?? null;
    return {
      key,
      value: key.type === 'DATETIME' && value !== null ? new Date(value) : value,
    } as SearchAttributeUpdatePair;
  });
}
