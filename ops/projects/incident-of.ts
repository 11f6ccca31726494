import type { Incident } from '../../domain/intake/state.ts';
import type { OpsDeps } from '../deps.ts';
import type { ShownTask } from '../tasks/shown-task.ts';
import { openProjects } from './projects.ts';

/** The open incident a task's trouble belongs to; undefined when there is none, or the intake cannot be asked. */
export async function incidentOf({ project, trouble }: ShownTask, deps: OpsDeps): Promise<Incident | undefined> {
  if (!trouble) return undefined;
  const projects = await openProjects(deps);
  const read = await projects.intake(project).catch(() => undefined);
  if (read?.kind !== 'answered') return undefined;
  return read.view.incidents.find(
    (incident) => incident.integration === trouble.integration && incident.class === trouble.class,
  );
}
