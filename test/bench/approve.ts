import type { WorkflowHandle } from '@temporalio/client';
import { decideUpdate } from '../../workflows/messages.ts';
import { waitSteadily } from '../support/wait-for.ts';

const LONG_MS = 30_000;
const LOOK_MS = 5;

export type Asking = {
  /** Settles when the question is being written. */
  asked: Promise<void>;
  /** The question's number once the workflow waits for the answer. */
  told: () => Promise<number | undefined>;
};

/** Approves as an operator's command does, as soon as the question can be answered. */
export async function approve(handle: WorkflowHandle, { asked, told }: Asking): Promise<void> {
  await asked;
  const number = await waitSteadily(told, `${handle.workflowId} to wait for its answer`, LONG_MS, LOOK_MS);
  await handle.executeUpdate(decideUpdate, { args: [{ number, answer: 'approve', by: 'ada' }] });
}
