import type { Policies } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import { expectedOneOf } from '../../domain/did-you-mean.ts';
import type { Config, ProjectConfig } from './config.ts';

/**
 * Policies as the configuration has them, and the freeze from where it is kept. Throws `Config.UnknownProject` for a
 * project the configuration does not hold.
 */
export function createPolicies(
  { file, projects }: Pick<Config, 'file' | 'projects'>,
  freeze: Policies['freeze'],
): Policies {
  function configured(project: string): ProjectConfig {
    const found = Object.hasOwn(projects, project) ? projects[project] : undefined;
    if (found) return found;
    const known = expectedOneOf(Object.keys(projects));
    throw new PortError('Config.UnknownProject', `Project "${project}" is not in ${file}, ${known}.`, 'config');
  }
  return {
    of: (project) => configured(project).policy,
    intake: (project) => configured(project).intake,
    states: (project) => configured(project).states,
    freeze,
  };
}
