import type { Config, ProjectConfig } from '../app/settings.ts';
import type { OpsDeps } from './deps.ts';
import { configError, OpsError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Throws every problem of the configuration at once. */
export function requireConfig(deps: Pick<OpsDeps, 'loadConfig'>): Config {
  const read = deps.loadConfig();
  if (read.kind === 'invalid') throw configError(read.problems);
  return read.config;
}

/** The named project, or the only one. */
export function chooseProject(config: Config, name: string | undefined): ProjectConfig {
  const keys = Object.keys(config.projects);
  const key = name ?? (keys.length === 1 ? keys[0] : undefined);
  const project = key !== undefined && Object.hasOwn(config.projects, key) ? config.projects[key] : undefined;
  if (project) return project;
  const has = `${config.file} has ${keys.join(', ')}.`;
  if (key === undefined) {
    throw new OpsError({
      what: 'there is more than one project: say which with --project',
      why: has,
      exit: EXIT.usage,
    });
  }
  throw new OpsError({ what: `there is no project ${key}`, why: has, exit: EXIT.usage });
}
