import { defineQuery } from '@temporalio/workflow';
import type { Pipeline } from '../../../domain/pipeline.ts';
import type { Queues } from '../../../workflows/messages.ts';
import type { Op } from '../script.ts';

export type BareInput = { script: readonly Op[]; queues: Queues; looks: Pipeline['looks'] };

/** `key` goes to the activity, which tells by it who was woken. */
export type WokenInput = { queues: Queues; looks: Pipeline['looks']; key: string };

/** Takes and gives as many bytes as the recorded activity did. */
export type BareCall = { filler: string; result: number };
export type BareActivity = {
  executeWithOptions: (options: { summary: string }, args: readonly [BareCall]) => Promise<unknown>;
};

/** Whether it waits for the decision. */
export const toldQuery = defineQuery<boolean>('told');
