import type { Policies } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import { expectedOneOf } from '../../domain/did-you-mean.ts';
import type { Config } from './config.ts';

/** Policies as the configuration has them. Throws `Config.UnknownProject` for a project it does not hold. */
export function createPolicies({ file, projects }: Pick<Config, 'file' | 'projects'>): Policies {
  return {
    of(project) {
      const found = Object.hasOwn(projects, project) ? projects[project] : undefined;
      if (found) return found.policy;
      const known = expectedOneOf(Object.keys(projects));
      throw new PortError('Config.UnknownProject', `Project "${project}" is not in ${file}, ${known}.`, 'config');
    },
  };
}
