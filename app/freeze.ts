import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import type { Policies } from '../activities/ports.ts';
import { PortError } from '../activities/ports.ts';
import { FREEZE_MEMO, projectWorkflowId } from '../workflows/messages.ts';

const Freeze = z.object({ by: z.string(), reason: z.string(), at: z.number() });

/** The freeze a project's workflow keeps in its memo; undefined when nothing is frozen. */
export function freezeIn(memo: Record<string, unknown> | undefined): z.infer<typeof Freeze> | undefined {
  return Freeze.safeParse(memo?.[FREEZE_MEMO]).data;
}

/** Reads whether a project is frozen from its workflow's memo, which Temporal answers with no worker running. */
export function createReadFreeze(client: Client): Policies['freeze'] {
  return async (project) => {
    try {
      const { memo } = await client.workflow.getHandle(projectWorkflowId(project)).describe();
      return freezeIn(memo);
    } catch (error) {
      // Nobody can freeze a project whose workflow has not been started.
      if (error instanceof WorkflowNotFoundError) return undefined;
      const message = `Cannot tell whether ${project} is frozen: Temporal did not answer. Nothing lands until it does.`;
      throw new PortError('Temporal.Unreachable', message, 'transient', { cause: error });
    }
  };
}
