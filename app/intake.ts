import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Freeze, IntakeView } from '../domain/intake/state.ts';
import { intakeQuery, projectWorkflowId } from '../workflows/messages.ts';
import { freezeIn } from './freeze.ts';
import { isUnanswered, whyUnanswered } from './unanswered.ts';

/** `recorded`: no worker answers, the freeze is from the record. `absent`: the project's workflow does not run. */
export type IntakeRead =
  { kind: 'answered'; view: IntakeView } | { kind: 'recorded'; freeze?: Freeze; why: string } | { kind: 'absent' };

/** A worker that is there answers in milliseconds. */
const QUERY_MS = 2_000;
const CALL_MS = 10_000;

/** What the project's intake knows. Throws when Temporal itself does not answer. */
export async function readIntake(client: Client, project: string): Promise<IntakeRead> {
  const handle = client.workflow.getHandle(projectWorkflowId(project));
  try {
    const { status, memo } = await client.withDeadline(Date.now() + CALL_MS, () => handle.describe());
    // One that was ended from outside still answers, from its history.
    if (status.name !== 'RUNNING' && status.name !== 'PAUSED') return { kind: 'absent' };
    try {
      const view = await client.withDeadline(Date.now() + QUERY_MS, () => handle.query(intakeQuery));
      return { kind: 'answered', view };
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      const freeze = freezeIn(memo);
      return { kind: 'recorded', ...(freeze ? { freeze } : {}), why: whyUnanswered(error) };
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'absent' };
    throw error;
  }
}
