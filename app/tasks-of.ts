import type { Config } from '../adapters/config/config.ts';
import type { Queues } from '../workflows/messages.ts';
import { known } from './by-project.ts';
import type { TaskProject } from './tasks.ts';

/** Queues shared by all projects, but for the tracker's: each tracker has a rate of its own. */
export function queuesOf(prefix = 'conveyor-'): (project: string) => Queues {
  return (project) => ({
    control: `${prefix}control`,
    agents: `${prefix}agents`,
    tracker: `${prefix}tracker-${project}`,
    release: `${prefix}release`,
  });
}

export function taskProjectOf(config: Config): (project: string) => TaskProject {
  const of = known('project', config.projects);
  return (key) => {
    const { repo, base, pipeline, intake } = of(key);
    return { key, repo, base, pipeline, sweepMs: intake.sweepMs };
  };
}
