import { getExternalWorkflowHandle } from '@temporalio/workflow';
import type { TaskState, Trouble } from '../domain/state.ts';
import { projectWorkflowId, recoveredSignal, troubleSignal } from './messages.ts';

type Told = Pick<Trouble, 'integration' | 'class'> | undefined;

/**
 * Tells the project's intake when the task's trouble begins, becomes another one, or is over; the intake makes one
 * incident of what many tasks see. `before` is what it was told last; the answer is what it knows now.
 */
export async function tellProject({ spec, trouble }: TaskState, before: Told): Promise<Told> {
  if (trouble?.integration === before?.integration && trouble?.class === before?.class) return before;
  const project = getExternalWorkflowHandle(projectWorkflowId(spec.project));
  const { key } = spec;
  try {
    if (!trouble) await project.signal(recoveredSignal, { key });
    else {
      const { integration, class: kind, type, message } = trouble;
      await project.signal(troubleSignal, { key, integration, class: kind, type, message });
    }
  } catch {
    // A project without an intake has nobody who keeps incidents: the task says its trouble itself.
  }
  return trouble && { integration: trouble.integration, class: trouble.class };
}
