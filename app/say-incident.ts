import { INTAKE, isTask } from '../domain/intake/incident.ts';
import type { Incident } from '../domain/intake/state.ts';

/** `incident 3: trouble with tracker (auth, Plane.Unauthorized), seen by 12 tasks: the token is refused`. */
export function sayIncident({ number, integration, class: kind, type, message, seenBy }: Incident): string {
  return `incident ${number}: trouble with ${integration} (${kind}, ${type})${sayWho(seenBy)}: ${message}`;
}

/** Besides task keys there are the project's own sweeps, and webhooks, which nobody sees but they themselves. */
function sayWho(seenBy: readonly string[]): string {
  const tasks = seenBy.filter(isTask);
  const [only] = tasks;
  const parts = [
    ...(seenBy.includes(INTAKE) ? ['the intake'] : []),
    ...(tasks.length === 1 && only !== undefined ? [only] : []),
    ...(tasks.length > 1 ? [`${tasks.length} tasks`] : []),
  ];
  return parts.length === 0 ? '' : `, seen by ${parts.join(' and ')}`;
}
