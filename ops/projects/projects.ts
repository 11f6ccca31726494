import type { IntakeRead } from '../../app/intake.ts';
import type { ByInput } from '../../workflows/messages.ts';
import type { OpsDeps } from '../deps.ts';

/** Ended tasks that Temporal still has on record, which is until the namespace's retention is over. */
export type EndedCounts = { done: number; aborted: number; bounced: number };

/** What a person does to a project as a whole. */
export type FreezeVerb = 'freeze' | 'unfreeze';

/** Projects as the commands read and answer them. Every method throws `OpsError`. */
export type Projects = {
  /** Of the intakes that run, by name; from visibility. */
  running(): Promise<string[]>;
  intake(project: string): Promise<IntakeRead>;
  ended(project: string): Promise<EndedCounts>;
  /** Waits until the intake took it; returns what it says. */
  change(project: string, verb: FreezeVerb, by: ByInput): Promise<string>;
  /** The same without waiting: kept by Temporal until a worker is back. */
  changeBySignal(project: string, verb: FreezeVerb, by: ByInput): Promise<void>;
};

/** Connects. The Temporal client is loaded only here. */
export async function openProjects(deps: OpsDeps): Promise<Projects> {
  const { createProjects } = await import('./temporal-projects.ts');
  return createProjects(await deps.connect());
}
