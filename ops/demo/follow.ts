import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { QueryNotRegisteredError, WorkflowNotFoundError } from '@temporalio/client';
import { OpsError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { explainQuery } from '../../workflows/messages.ts';
import type { ExplainView } from '../../workflows/messages.ts';

const LOOK_MS = 150;

/** Shows every look at the task until it has ended; throws when the demo is stopped or a part of it breaks. */
export async function follow(
  client: Client,
  workflowId: string,
  until: { stop: AbortSignal; broken: Promise<string> },
  show: (view: ExplainView) => Promise<void>,
): Promise<ExplainView> {
  let broken: string | undefined;
  void until.broken.then((why) => (broken = why));
  for (;;) {
    if (until.stop.aborted) throw new OpsError({ what: 'the demo was stopped', exit: EXIT.failed });
    if (broken !== undefined) throw new OpsError({ what: `the demo cannot go on: ${broken}`, exit: EXIT.failed });
    const view = await look(client, workflowId);
    if (view) await show(view);
    if (view?.end) return view;
    await pause(LOOK_MS);
  }
}

/** undefined until the intake has started the task and a worker answers for it. */
async function look(client: Client, workflowId: string): Promise<ExplainView | undefined> {
  try {
    return await client.workflow.getHandle(workflowId).query(explainQuery);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof QueryNotRegisteredError) return undefined;
    throw error;
  }
}
